#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>

#include "sluice/tune/trial_runner.h"

namespace sluice {

/// A job that a worker has left, well or not.
struct CompletedJob {
  int64_t job = 0;
  SegmentOutcome outcome;
  double seconds = 0;        ///< How long the runner took.
  double at = 0;             ///< When it was done, in seconds since 1970 by the machine's clock.
  std::exception_ptr error;  ///< What the runner threw, or null.
};

/// Runs jobs side by side: on threads of this process, or on a cluster. `submit` and `wait` are called by one thread.
///
/// Destruction drops what is queued and waits for what runs.
class Executor {
 public:
  virtual ~Executor() = default;

  /// How many jobs run at the same time.
  virtual int64_t workers() const = 0;

  /// Queues a job; a free worker takes the queued job with the lowest index. A job taken when `monitor` already
  /// requests a stop completes as interrupted, without being run. `monitor` must live until the job has completed.
  virtual void submit(const Job& job, const SegmentResume& resume, SegmentMonitor& monitor) = 0;

  /// Waits for a completed job, in whatever order they come; returns nothing when `patience` has passed first.
  virtual std::optional<CompletedJob> wait(std::chrono::milliseconds patience) = 0;
};

}  // namespace sluice
