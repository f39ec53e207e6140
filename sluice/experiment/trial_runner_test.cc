#include "sluice/experiment/trial_runner.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sluice/experiment/checkpoint.h"
#include "sluice/experiment/tiny_experiment_testing.h"

namespace sluice {
namespace {

using sluice::testing::make_tiny_experiment;
using sluice::testing::ScratchFolder;
using State = SegmentOutcome::State;

class Monitor : public SegmentMonitor {
 public:
  std::vector<EpochRecord> records;
  int64_t stop_after = 1000;
  int calls = 0;

  int64_t epochs_done(std::span<const EpochRecord> done) override {
    ++calls;
    records.insert(records.end(), done.begin(), done.end());
    auto best = std::max_element(records.begin(), records.end(),
                                 [](const auto& a, const auto& b) { return a.objective < b.objective; });
    return best->epoch;
  }
  bool stop_requested() const override { return static_cast<int64_t>(records.size()) >= stop_after; }
};

Job job_in(const Path& directory) {
  return {.index = 0,
          .trial = 1,
          .first_epoch = 1,
          .last_epoch = 3,
          .epochs = 3,
          .params = Json::parse(R"({"units":6,"learning_rate":0.05})"),
          .seed = 42,
          .directory = directory};
}

std::string last_checkpoint(const Path& directory) { return read_file(checkpoint_path(directory, 3)); }

TEST(TrialRunner, KnowsEpochsAndCost) {
  auto tiny = make_tiny_experiment();
  auto runner = make_trial_runner(tiny.experiment, tiny.data);
  Params params = Json::parse(R"({"units":6,"learning_rate":0.05})");
  EXPECT_EQ(runner->epochs(params), 3);
  uint64_t epoch = runner->cost(params, 1, 1);
  EXPECT_GT(epoch, 0U);
  EXPECT_EQ(epoch % (3 * 80 + 16), 0U);
  EXPECT_EQ(runner->cost(params, 2, 3), 2 * epoch);
}

TEST(TrialRunner, ReportsEveryEpoch) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  Monitor monitor;
  auto outcome = make_trial_runner(tiny.experiment, tiny.data)->run(job_in(folder.path()), {}, monitor);
  EXPECT_EQ(outcome.state, State::ended);
  ASSERT_EQ(monitor.records.size(), 3U);
  EXPECT_EQ(monitor.records[2].epoch, 3);
  EXPECT_EQ(monitor.records[2].objective, monitor.records[2].metrics.at("val_accuracy").as_real());
  EXPECT_TRUE(monitor.records[2].metrics.contains("loss"));
}

TEST(TrialRunner, GoesOnWithTheVerySameBits) {
  auto tiny = make_tiny_experiment();
  auto runner = make_trial_runner(tiny.experiment, tiny.data);
  ScratchFolder whole;
  ScratchFolder parts;
  Monitor undisturbed;
  runner->run(job_in(whole.path()), {}, undisturbed);
  Monitor monitor;
  monitor.stop_after = 1;
  EXPECT_EQ(runner->run(job_in(parts.path()), {}, monitor).state, State::interrupted);
  EXPECT_EQ(monitor.records.size(), 1U);
  monitor.stop_after = 1000;
  EXPECT_EQ(runner->run(job_in(parts.path()), {1, 1}, monitor).state, State::ended);
  EXPECT_EQ(last_checkpoint(parts.path()), last_checkpoint(whole.path()));
  Monitor none;
  EXPECT_EQ(runner->run(job_in(parts.path()), {3, 1}, none).state, State::ended);
  EXPECT_TRUE(none.records.empty());
}

TEST(TrialRunner, TrainsAgainWhatTheJournalHasLost) {
  auto tiny = make_tiny_experiment();
  auto runner = make_trial_runner(tiny.experiment, tiny.data);
  ScratchFolder whole;
  Monitor undisturbed;
  runner->run(job_in(whole.path()), {}, undisturbed);
  const std::string expected = last_checkpoint(whole.path());
  for (const SegmentResume resume : {SegmentResume{2, 1}, {2, 2}, {1, 1}}) {
    Monitor monitor;
    std::filesystem::remove(checkpoint_path(whole.path(), 1));
    std::filesystem::remove(checkpoint_path(whole.path(), 2));
    EXPECT_EQ(runner->run(job_in(whole.path()), resume, monitor).state, State::ended);
    ASSERT_EQ(static_cast<int64_t>(monitor.records.size()), 3 - resume.epoch);
    EXPECT_EQ(monitor.records.back().objective, undisturbed.records.back().objective);
    EXPECT_EQ(last_checkpoint(whole.path()), expected);
  }
}

/// Many epochs, each of which takes next to no time.
TEST(TrialRunner, WritesShortEpochsTogether) {
  auto tiny = make_tiny_experiment({"fit.epochs=2000"});
  ScratchFolder folder;
  Monitor monitor;
  Job job = job_in(folder.path());
  job.last_epoch = job.epochs = 2000;
  monitor.stop_after = 1000000;
  EXPECT_EQ(make_trial_runner(tiny.experiment, tiny.data)->run(job, {}, monitor).state, State::ended);
  EXPECT_EQ(monitor.records.size(), 2000U);
  EXPECT_LT(monitor.calls, 1000);
  auto best = std::ranges::max_element(monitor.records, {}, &EpochRecord::objective)->epoch;
  EXPECT_TRUE(std::filesystem::exists(checkpoint_path(folder.path(), best)));
  EXPECT_TRUE(std::filesystem::exists(checkpoint_path(folder.path(), 2000)));
}

/// Ten epochs; the training ends when its loss has not fallen by much.
std::vector<std::string> stopping() {
  return {"fit.epochs=10",
          "fit.callbacks=[{ReduceLROnPlateau: {monitor: loss, patience: 1, min_delta: 0.3}}, "
          "{EarlyStopping: {monitor: loss, patience: 3, min_delta: 0.3, restore_best_weights: true}}]"};
}

Job long_job_in(const Path& directory) {
  Job job = job_in(directory);
  job.last_epoch = job.epochs = 10;
  return job;
}

TEST(TrialRunner, ACallbackEndsATrial) {
  auto tiny = make_tiny_experiment(stopping());
  auto runner = make_trial_runner(tiny.experiment, tiny.data);
  ScratchFolder whole;
  Monitor monitor;
  EXPECT_EQ(runner->run(long_job_in(whole.path()), {}, monitor).state, State::stopped);
  const auto last = static_cast<int64_t>(monitor.records.size());
  ASSERT_LT(last, 10);
  ASSERT_GT(last, 3);
  Monitor none;
  EXPECT_EQ(runner->run(long_job_in(whole.path()), {last, 1}, none).state, State::stopped);
  EXPECT_TRUE(none.records.empty());

  ScratchFolder parts;
  for (int64_t epoch = 0; epoch < last; ++epoch) {
    Monitor one;
    one.stop_after = 1;
    const State state = runner->run(long_job_in(parts.path()), {epoch, epoch}, one).state;
    EXPECT_EQ(state, epoch + 1 < last ? State::interrupted : State::stopped) << epoch;
    EXPECT_EQ(one.records.size(), 1U);
  }
  EXPECT_EQ(read_file(checkpoint_path(parts.path(), last)), read_file(checkpoint_path(whole.path(), last)));
}

TEST(TrialRunner, DivergenceMayEndATrial) {
  const std::vector<std::string> diverges = {
      "fit.batch_size=16", "fit.optimizer=SGD",
      "fit.schedule={PiecewiseConstantDecay: {boundaries: [7], values: [0.05, 1e30]}}",
      "fit.callbacks=[TerminateOnNaN]"};
  auto tiny = make_tiny_experiment(diverges);
  auto runner = make_trial_runner(tiny.experiment, tiny.data);
  ScratchFolder folder;
  Monitor monitor;
  EXPECT_EQ(runner->run(job_in(folder.path()), {}, monitor).state, State::stopped);
  EXPECT_EQ(monitor.records.size(), 1U);
  Monitor again;
  EXPECT_EQ(runner->run(job_in(folder.path()), {1, 1}, again).state, State::stopped);
}

TEST(TrialRunner, FailsWhenTrainingDiverges) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  Monitor monitor;
  Job job = job_in(folder.path());
  job.params = Json::parse(R"({"units":6,"learning_rate":1e30})");
  try {
    make_trial_runner(tiny.experiment, tiny.data)->run(job, {}, monitor);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::failed);
  }
}

TEST(TrialRunner, ThrowsOutOfMemoryForATrialThatIsTooBig) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  Monitor monitor;
  Job job = job_in(folder.path());
  job.params = Json::parse(R"({"units":2000000000,"learning_rate":0.1})");
  EXPECT_THROW(make_trial_runner(tiny.experiment, tiny.data)->run(job, {}, monitor), OutOfMemory);
}

TEST(TrialRunner, SaysWhichCheckpointIsDamaged) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  Monitor monitor;
  write_file(checkpoint_path(folder.path(), 1), "nonsense");
  try {
    make_trial_runner(tiny.experiment, tiny.data)->run(job_in(folder.path()), {1, 1}, monitor);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("epoch-1.checkpoint: damaged checkpoint"), std::string::npos);
  }
}

}  // namespace
}  // namespace sluice
