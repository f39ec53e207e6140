#pragma once

#include <map>
#include <utility>

#include "sluice/tune/executor.h"

namespace sluice::testing {

/// An executor for tests: runs a job when it is waited for, in the thread that waits.
class InlineExecutor final : public Executor {
 public:
  explicit InlineExecutor(TrialRunner& runner) : runner_(runner) {}

  int64_t workers() const override { return 1; }

  void submit(const Job& job, const SegmentResume& resume, SegmentMonitor& monitor) override {
    queue_[job.index] = {job, resume, &monitor};
  }

  std::optional<CompletedJob> wait(std::chrono::milliseconds) override {
    if (queue_.empty()) return std::nullopt;
    auto [job, resume, monitor] = queue_.extract(queue_.begin()).mapped();
    CompletedJob completed{.job = job.index};
    if (monitor->stop_requested()) {
      completed.outcome.state = SegmentOutcome::State::interrupted;
      return completed;
    }
    try {
      completed.outcome = runner_.run(job, resume, *monitor);
    } catch (...) {
      completed.error = std::current_exception();
    }
    return completed;
  }

 private:
  struct Call {
    Job job;
    SegmentResume resume;
    SegmentMonitor* monitor;
  };

  TrialRunner& runner_;
  std::map<int64_t, Call> queue_;
};

}  // namespace sluice::testing
