#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sluice/base/error.h"
#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/tune/space.h"

namespace sluice {

/// One segment of a trial: what a worker runs in one go.
struct Job {
  int64_t index = 0;        ///< Position in the order of decisions, from 0.
  int64_t trial = 0;        ///< Number of the trial, from 0.
  int64_t first_epoch = 1;  ///< From 1.
  int64_t last_epoch = 1;   ///< Inclusive.
  int64_t epochs = 1;       ///< Epochs of the whole trial.
  Params params;
  uint64_t seed = 0;  ///< Seed of the trial, the same for all its segments.
  Path directory;     ///< Where the trial's checkpoints lie; exists when the job runs.
};

/// Where a job goes on: what was journalled. The checkpoints of both epochs are durable, unless the journal lost lines
/// that it had; the runner then trains epochs again that it has reported before, and reports only those that follow.
struct SegmentResume {
  int64_t epoch = 0;       ///< Last epoch whose checkpoint is to be used; 0: the training starts.
  int64_t best_epoch = 0;  ///< Epoch with the best objective so far; 0: none.
};

/// What one epoch gave.
struct EpochRecord {
  int64_t epoch = 0;
  Json metrics = Json::object();  ///< Name to number, such as loss, accuracy, val_loss, val_accuracy.
  double objective = 0;
  double seconds = 0;  ///< Working time, where it was measured.
};

/// How a segment ended.
struct SegmentOutcome {
  enum class State {
    ended,        ///< All epochs of the segment are done.
    stopped,      ///< A callback ended the training before its last epoch: the trial has finished.
    failed,       ///< The training diverged, or these parameters do not work.
    interrupted,  ///< `SegmentMonitor::stop_requested` was heeded; the job goes on another time.
  };
  State state = State::ended;
  std::string message;        ///< Why it failed, one line.
  bool host_failure = false;  ///< It failed for want of memory or a worker, not because of its parameters.
};

/// The study's ear in a running segment. Its methods may be called from the thread that runs the segment.
class SegmentMonitor {
 public:
  virtual ~SegmentMonitor() = default;

  /// Journals epochs that follow each other and returns the trial's best epoch so far. Call it when the checkpoints of
  /// the last and the best of them are durable; keep the checkpoints that were needed before until it returns;
  /// afterwards only those of the last and the returned one are needed. Throws Error(failed) when an objective is not
  /// finite, after it has journalled the epochs before, and Error(io) when the journal cannot be written: let both
  /// pass.
  virtual int64_t epochs_done(std::span<const EpochRecord> records) = 0;

  /// True when the segment is to end after its next epoch's checkpoint.
  virtual bool stop_requested() const = 0;
};

/// What `TrialRunner::run` throws for a checkpoint that is missing or damaged: the study stops.
class CheckpointError : public Error {
 public:
  explicit CheckpointError(const std::string& message) : Error(ErrorCode::invalid_argument, message) {}
};

/// Trains trials. A study knows no networks: this is all it knows of them. All methods are called from several threads
/// at once, for different trials.
class TrialRunner {
 public:
  virtual ~TrialRunner() = default;

  /// Returns how many epochs a trial with these parameters has, at least 1.
  virtual int64_t epochs(const Params& params) const = 0;

  /// Returns the floating point operations of these epochs, training and validation, from the description alone: the
  /// same on every machine. Where this or `epochs` throws, the study counts one operation and lets `run` say what is
  /// wrong.
  virtual uint64_t cost(const Params& params, int64_t first_epoch, int64_t last_epoch) const = 0;

  /// Trains the epochs from `resume.epoch + 1` to `job.last_epoch`, reporting each to `monitor`; everything must depend
  /// on `job` only, never on where a former run was cut off. When `resume.epoch` is already the last epoch, or the
  /// training was stopped there by a callback, it returns that outcome without training.
  ///
  /// CheckpointError, Error(io) and Error(internal) stop the study; any other Error fails the trial; std::bad_alloc
  /// fails it as a failure of the host.
  virtual SegmentOutcome run(const Job& job, const SegmentResume& resume, SegmentMonitor& monitor) = 0;
};

}  // namespace sluice
