#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "sluice/cli/progress.h"
#include "sluice/experiment/train.h"

namespace sluice::cli {

/// Shows a run of training: one line for each finished epoch, and a live line for the one that runs.
class TrainProgress {
 public:
  /// `rows` are the training rows of an epoch.
  TrainProgress(Progress& progress, int64_t rows);
  ~TrainProgress();

  /// Takes what `run_training` reports.
  void observe(const TrainingProgress& state);

 private:
  Progress& progress_;
  int64_t rows_;
  std::mutex mutex_;
  TrainingProgress state_;
  double former_seconds_ = 0;  ///< Training seconds at the end of the former epoch.

  std::string live_line();
  std::string epoch_line(const TrainingProgress& state) const;
};

}  // namespace sluice::cli
