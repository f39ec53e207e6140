#include "sluice/engine/local/local_executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <set>
#include <thread>

#include "sluice/base/error.h"

namespace sluice {
namespace {

/// Calls a function for each job.
class Runner final : public TrialRunner {
 public:
  explicit Runner(std::function<SegmentOutcome(const Job&)> work) : work_(std::move(work)) {}
  int64_t epochs(const Params&) const override { return 1; }
  uint64_t cost(const Params&, int64_t, int64_t) const override { return 1; }
  SegmentOutcome run(const Job& job, const SegmentResume&, SegmentMonitor&) override { return work_(job); }

 private:
  std::function<SegmentOutcome(const Job&)> work_;
};

/// Requests a stop when told to.
class Monitor final : public SegmentMonitor {
 public:
  int64_t epochs_done(std::span<const EpochRecord>) override { return 0; }
  bool stop_requested() const override { return stop; }
  std::atomic<bool> stop = false;
};

constexpr std::chrono::seconds long_enough{20};

TEST(LocalExecutor, RunsJobsOnItsWorkersAtTheSameTime) {
  std::atomic<int> present = 0;
  Runner runner([&](const Job&) {
    ++present;
    while (present < 3) std::this_thread::yield();
    return SegmentOutcome{};
  });
  Monitor monitor;
  auto executor = make_local_executor(runner, 3);
  EXPECT_EQ(executor->workers(), 3);
  for (int64_t job = 0; job < 3; ++job) executor->submit({.index = job}, {}, monitor);
  std::set<int64_t> completed;
  while (completed.size() < 3) completed.insert(executor->wait(long_enough)->job);
  EXPECT_FALSE(executor->wait(std::chrono::milliseconds(1)));
}

TEST(LocalExecutor, StartsThreadsForJobsOnly) {
  auto threads = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
  };
  Runner runner([](const Job&) { return SegmentOutcome{}; });
  Monitor monitor;
  auto before = threads();
  auto executor = make_local_executor(runner, 4000);
  EXPECT_EQ(executor->workers(), 4000);
  EXPECT_EQ(threads(), before);
  for (int64_t job = 0; job < 5; ++job) {
    executor->submit({.index = job}, {}, monitor);
    EXPECT_EQ(executor->wait(long_enough)->job, job);
  }
  EXPECT_LE(threads(), before + 5);
}

TEST(LocalExecutor, TakesTheLowestJobFirst) {
  std::atomic<bool> open = false;
  Runner runner([&](const Job&) {
    while (!open) std::this_thread::yield();
    return SegmentOutcome{};
  });
  Monitor monitor;
  auto executor = make_local_executor(runner, 1);
  executor->submit({.index = 0}, {}, monitor);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  for (int64_t job : {7, 3, 5}) executor->submit({.index = job}, {}, monitor);
  open = true;
  for (int64_t job : {0, 3, 5, 7}) EXPECT_EQ(executor->wait(long_enough)->job, job);
}

TEST(LocalExecutor, CarriesWhatARunnerThrows) {
  Runner runner([](const Job&) -> SegmentOutcome { throw Error(ErrorCode::io, "disk full"); });
  Monitor monitor;
  auto executor = make_local_executor(runner, 1);
  executor->submit({}, {}, monitor);
  auto completed = executor->wait(long_enough);
  EXPECT_THROW(std::rethrow_exception(completed->error), Error);
}

TEST(LocalExecutor, DoesNotRunJobsAfterAStop) {
  Runner runner([](const Job&) -> SegmentOutcome { throw Error(ErrorCode::internal, "was run"); });
  Monitor monitor;
  monitor.stop = true;
  auto executor = make_local_executor(runner, 1);
  executor->submit({}, {}, monitor);
  auto completed = executor->wait(long_enough);
  EXPECT_EQ(completed->error, nullptr);
  EXPECT_EQ(completed->outcome.state, SegmentOutcome::State::interrupted);
}

TEST(LocalExecutor, DropsQueuedJobsWhenItIsDestroyed) {
  std::atomic<int> runs = 0;
  Runner runner([&](const Job&) {
    ++runs;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return SegmentOutcome{};
  });
  Monitor monitor;
  auto executor = make_local_executor(runner, 1);
  for (int64_t job = 0; job < 100; ++job) executor->submit({.index = job}, {}, monitor);
  executor.reset();
  EXPECT_LE(runs, 1);
}

TEST(LocalExecutor, RefusesLessThanOneWorker) {
  Runner runner([](const Job&) { return SegmentOutcome{}; });
  EXPECT_THROW(make_local_executor(runner, 0), Error);
}

}  // namespace
}  // namespace sluice
