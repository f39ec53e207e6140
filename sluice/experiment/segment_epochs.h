#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "sluice/experiment/checkpoint.h"
#include "sluice/tune/objective.h"
#include "sluice/tune/trial_runner.h"

namespace sluice {

/// The epochs of a running segment on their way to checkpoints and journal. Where epochs are short some go together, so
/// that writing takes at most a twentieth of the time: the checkpoints of the latest and of the best of them, then
/// their lines.
///
/// A journal that lost its last lines knows of fewer epochs than the checkpoints it kept were for: a segment then goes
/// on behind an earlier checkpoint, or from the start, and comes to the same epochs again.
class SegmentEpochs {
 public:
  /// All arguments must outlive it.
  SegmentEpochs(const Job& job, const SegmentResume& resume, const Objective& objective, SegmentMonitor& monitor)
      : job_(job), resume_(resume), objective_(objective), monitor_(monitor), done_(resume.epoch) {}

  /// The epoch whose checkpoint the segment goes on behind; 0: the training starts.
  int64_t start() const;

  /// Takes an epoch that is done. `last`: no other follows, or may be long in coming. Throws as
  /// SegmentMonitor::epochs_done.
  void add(const Checkpoint& checkpoint, const EpochRecord& record, bool last);

  /// Writes what has not been written.
  void flush();

  /// The latest epoch with a finite objective, written or not.
  int64_t done() const { return done_; }

 private:
  using Clock = std::chrono::steady_clock;

  const Job& job_;
  const SegmentResume& resume_;
  const Objective& objective_;
  SegmentMonitor& monitor_;
  int64_t done_;
  std::vector<EpochRecord> records_;           // not written
  std::optional<Checkpoint> latest_, best_;    // of those, copies; the best only where it is not the latest
  double best_objective_ = 0;                  // of those
  Clock::time_point last_end_ = Clock::now();  // of writing
  Clock::duration last_cost_{};

  bool has_checkpoint(int64_t epoch) const;
  bool due() const;
  void write(const Checkpoint& latest);
};

}  // namespace sluice
