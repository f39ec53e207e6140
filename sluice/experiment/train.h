#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"

namespace sluice {

/// What a run of training did in one epoch, or is doing.
struct TrainingProgress {
  int64_t first_epoch = 1;  ///< Above 1 when the training goes on.
  int64_t epoch = 0;        ///< From 1.
  int64_t epochs = 0;
  int64_t step = 0;  ///< Steps done in this epoch.
  int64_t steps = 0;
  double seconds = 0;  ///< Spent in training steps so far.
  double loss = 0;     ///< Mean over the rows of this epoch so far; brought up to date a few times a second.
  Scores scores;       ///< At the end of an epoch: loss, accuracy, val_loss, …; empty within one.
};

struct TrainOptions {
  Path output;          ///< Where the model goes; checked before any work.
  bool resume = false;  ///< Go on where an earlier training of this model was cut off; without one, start.
  uint64_t seed = 0;
  std::optional<int64_t> threads;  ///< That share each batch. Without a number those of the training that goes on, else
                                   ///< as many of the cores as help.
  int64_t cores = 1;
  std::optional<int64_t> memory;  ///< Bytes that it may take; nothing: whatever it wants.
  Path runs;                      ///< Folder of run records; empty: none is written.
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const TrainingProgress&)> observe = nullptr;  ///< After every step and every epoch.
  std::function<void(const std::string&)> warn = nullptr;          ///< Of what does not end the training.
};

/// What training came to.
struct TrainResult {
  Scores scores;                  ///< Of the model: loss, accuracy, val_loss, val_accuracy after `epoch`.
  int64_t epoch = 0;              ///< The one whose weights the model has.
  int64_t epochs = 0;             ///< Those that were finished.
  bool interrupted = false;       ///< Asked to stop before the last epoch.
  std::string stopped_by;         ///< The callback that ended it before the last epoch; else empty.
  std::optional<Scores> test;     ///< Nothing when there is no test set, or when interrupted.
  double seconds = 0;             ///< Wall time.
  double samples_per_second = 0;  ///< Training rows over the time spent in training steps, feeding included.
  int64_t threads = 1;            ///< That shared each batch.
  Path model;
  std::string run;  ///< Name of the run record; empty without one.
};

/// Checks, before any work is done, that a training may write its model there. Throws Error(invalid_argument) naming
/// what is in the way, Error(conflict) when another process trains it, or a training of it was cut off and this one
/// does not go on with it. Returns whether one was cut off.
bool check_training_output(const Path& output, bool resume);

/// Trains the model of an experiment with its defaults and writes it. The same seed and threads give the same weights,
/// also when the training was cut off and goes on: after each epoch, where that costs little, OUTPUT.checkpoint says
/// where it stands; the file is removed at the end and when the training diverges. When asked to stop it writes the
/// model as it was after the last epoch that was finished, and keeps the checkpoint. The checkpoint is also kept when
/// the system fails (a full disk); the error says so then.
///
/// Leaves a run record (run_record.h) in `runs`, also when the training fails, but not when the request was wrong. A
/// record that cannot be written is a warning.
///
/// Throws Error(failed) when training diverges, Error(interrupted) when asked to stop before an epoch was finished,
/// Error(conflict) as `check_training_output` or when the checkpoint is of another training, Error(invalid_argument)
/// and Error(io) as its parts do; no model is written then.
TrainResult run_training(const Experiment& experiment, const ExperimentData& data, const TrainOptions& options);

}  // namespace sluice
