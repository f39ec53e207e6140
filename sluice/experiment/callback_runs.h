#pragma once

#include "sluice/experiment/callback.h"

namespace sluice {

/// The callbacks of one training at work, in the order of the experiment.
class CallbackRuns {
 public:
  /// Starts those of the plan; with `trial` only those that act in trials.
  CallbackRuns(const CallbackPlace& place, bool trial);

  /// Called before the first epoch, with the saved states when the training goes on. Throws Error(io) when these are
  /// not those of the same callbacks.
  void begin(const std::vector<CallbackState>* saved);

  /// Called after each epoch. Returns true when one of them ends the training.
  bool epoch_end(TrainingState& state, const Scores& scores);

  void train_end(EndedTraining& training);

  /// Whether one of them turns divergence into an end.
  bool ends_divergence() const { return ends_divergence_; }

  /// The class of the callback that ended the training; empty before.
  const std::string& stopped_by() const { return stopped_by_; }

  std::vector<CallbackState> states() const;

 private:
  const TrialPlan& plan_;
  std::vector<std::pair<CallbackPtr, std::unique_ptr<CallbackRun>>> runs_;
  bool ends_divergence_ = false;
  std::string stopped_by_;
};

}  // namespace sluice
