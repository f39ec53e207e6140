#include "sluice/engine/local/local_executor.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "sluice/base/error.h"

namespace sluice {
namespace {

/// A job with what it needs to run.
struct Call {
  Job job;
  SegmentResume resume;
  SegmentMonitor* monitor = nullptr;
};

class LocalExecutor final : public Executor {
 public:
  LocalExecutor(TrialRunner& runner, int64_t workers) : runner_(runner), workers_(workers) {}

  ~LocalExecutor() override { close(); }

  int64_t workers() const override { return workers_; }

  void submit(const Job& job, const SegmentResume& resume, SegmentMonitor& monitor) override {
    bool waits;
    {
      std::lock_guard lock(mutex_);
      queue_[job.index] = {job, resume, &monitor};
      waits = queue_.size() > idle_;
    }
    queued_.notify_one();
    if (waits && workers() > static_cast<int64_t>(threads_.size())) start_thread();
  }

  std::optional<CompletedJob> wait(std::chrono::milliseconds patience) override {
    std::unique_lock lock(mutex_);
    if (!done_.wait_for(lock, patience, [this] { return !completed_.empty(); })) return std::nullopt;
    CompletedJob completed = std::move(completed_.front());
    completed_.pop_front();
    return completed;
  }

 private:
  /// Where the system has no more threads, those that run do all the work.
  void start_thread() {
    try {
      threads_.emplace_back([this] { work(); });
    } catch (const std::system_error& error) {
      if (threads_.empty()) throw Error(ErrorCode::io, "cannot start a thread: " + std::string(error.what()));
    }
  }

  void close() {
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
      queue_.clear();
    }
    queued_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void work() {
    while (auto call = next_call()) {
      CompletedJob completed = run(*call);
      {
        std::lock_guard lock(mutex_);
        completed_.push_back(std::move(completed));
      }
      done_.notify_one();
    }
  }

  /// Waits for a call; nothing when the executor closes.
  std::optional<Call> next_call() {
    std::unique_lock lock(mutex_);
    ++idle_;
    queued_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    --idle_;
    if (closing_) return std::nullopt;
    return std::move(queue_.extract(queue_.begin()).mapped());
  }

  CompletedJob run(const Call& call) {
    CompletedJob completed{.job = call.job.index};
    auto start = std::chrono::steady_clock::now();
    try {
      if (call.monitor->stop_requested()) {
        completed.outcome.state = SegmentOutcome::State::interrupted;
      } else {
        completed.outcome = runner_.run(call.job, call.resume, *call.monitor);
      }
    } catch (...) {
      completed.error = std::current_exception();
    }
    completed.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    completed.at = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    return completed;
  }

  TrialRunner& runner_;
  int64_t workers_;
  std::mutex mutex_;
  std::condition_variable queued_;
  std::condition_variable done_;
  std::map<int64_t, Call> queue_;  ///< By job index: the lowest goes first.
  std::deque<CompletedJob> completed_;
  size_t idle_ = 0;  ///< Threads that wait for a call.
  bool closing_ = false;
  std::vector<std::thread> threads_;  ///< Last: they use all of the above.
};

}  // namespace

std::unique_ptr<Executor> make_local_executor(TrialRunner& runner, int64_t workers) {
  if (workers < 1) throw invalid("workers: expected >= 1, got " + std::to_string(workers));
  return std::make_unique<LocalExecutor>(runner, workers);
}

}  // namespace sluice
