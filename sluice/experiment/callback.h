#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/experiment/experiment.h"
#include "sluice/nn/trainer.h"

namespace sluice {

/// What callbacks may know of the training they watch.
struct CallbackPlace {
  const TrialPlan& plan;
  bool validation = false;  ///< There are validation rows.
  /// Writes the model of a state and its scores; null where no files are written.
  std::function<void(const TrainingState&, const Scores&, const Path&)> save_model = nullptr;
};

/// An epoch that has ended.
struct EndedEpoch {
  TrainingState& state;  ///< A callback may change the learning rate.
  const Scores& scores;
  double learning_rate;  ///< Of the next step, before the callbacks.
};

/// The state that a training ends with, and what stands for it in results.
struct EndedTraining {
  TrainingState& state;
  Scores& scores;  ///< Of the weights in `state`.
};

/// What a callback needs to go on in another process.
struct CallbackState {
  Json values;     ///< Null when there are none.
  Tensor weights;  ///< Flat weights; empty when there are none.
};

/// A callback at work in one training.
class CallbackRun {
 public:
  virtual ~CallbackRun() = default;

  /// Called before the first epoch, with the saved state when the training goes on after a break. Throws Error(io)
  /// when a file of it cannot be written.
  virtual void begin(const CallbackState*) {}

  /// Called when the scores of an epoch are known. Returns true to end the training.
  virtual bool epoch_end(const EndedEpoch& epoch) = 0;

  /// Called at the end of the training, before its model is written.
  virtual void train_end(EndedTraining&) {}

  virtual CallbackState state() const { return {}; }
};

/// The immutable description of a callback, by Keras' names.
class Callback : public Named {
 public:
  /// Whether it takes part in the trials of a study. Those that write files do not.
  virtual bool acts_in_trials() const { return false; }

  /// Whether a training that diverges ends as if it had been asked to, with what it had before.
  virtual bool ends_divergence() const { return false; }

  /// The file that it writes, which may have places for scores in its name; empty: none.
  virtual Path file() const { return {}; }

  /// Throws Error(invalid_argument) when it cannot watch such a training.
  virtual void check(const CallbackPlace& place) const = 0;

  /// Starts it. `place.plan` must outlive the run.
  virtual std::unique_ptr<CallbackRun> start(const CallbackPlace& place) const = 0;
};

constexpr std::string_view kind_name(const Callback*) { return "callback"; }
constexpr std::string_view keras_module(const Callback*) { return "keras.callbacks"; }

/// Every callback.
const std::vector<NamedType<Callback>>& named_types(const Callback*);

}  // namespace sluice
