#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"

namespace sluice {

/// What a run of training did in one epoch, or is doing.
struct TrainingProgress {
  int64_t epoch = 0;  ///< From 1.
  int64_t epochs = 0;
  int64_t step = 0;  ///< Steps done in this epoch.
  int64_t steps = 0;
  double seconds = 0;  ///< Spent in training steps so far.
  Scores scores;       ///< At the end of an epoch: loss, accuracy, val_loss, …; empty within one.
};

struct TrainOptions {
  Path output;  ///< Where the model goes; checked before any work.
  uint64_t seed = 0;
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const TrainingProgress&)> observe = nullptr;  ///< After every step and every epoch.
};

/// What training came to.
struct TrainResult {
  Scores scores;                  ///< Of the last epoch: loss, accuracy, val_loss, val_accuracy.
  int64_t epochs = 0;             ///< Those that were finished.
  bool interrupted = false;       ///< Asked to stop before the last epoch.
  std::optional<Scores> test;     ///< Nothing when there is no test set, or when interrupted.
  double seconds = 0;             ///< Wall time.
  double samples_per_second = 0;  ///< Training rows over the time spent in training steps, feeding included.
  Path model;
};

/// Trains the model of an experiment with its defaults and writes it. The same seed gives the same weights. When asked
/// to stop it writes the model as it was after the last epoch that was finished.
///
/// Throws Error(failed) when training diverges, Error(interrupted) when asked to stop before an epoch was finished,
/// Error(invalid_argument) and Error(io) as its parts do; nothing is written then.
TrainResult run_training(const Experiment& experiment, const ExperimentData& data, const TrainOptions& options);

}  // namespace sluice
