#include "sluice/experiment/callback_runs.h"

#include "sluice/experiment/callbacks/csv_logger.h"
#include "sluice/experiment/callbacks/early_stopping.h"
#include "sluice/experiment/callbacks/model_checkpoint.h"
#include "sluice/experiment/callbacks/reduce_lr_on_plateau.h"
#include "sluice/experiment/callbacks/tensorboard.h"
#include "sluice/experiment/callbacks/terminate_on_nan.h"

namespace sluice {

CallbackRuns::CallbackRuns(const CallbackPlace& place, bool trial) : plan_(place.plan) {
  for (const CallbackPtr& callback : plan_.callbacks) {
    if (trial && !callback->acts_in_trials()) continue;
    runs_.emplace_back(callback, callback->start(place));
    ends_divergence_ = ends_divergence_ || callback->ends_divergence();
  }
}

void CallbackRuns::begin(const std::vector<CallbackState>* saved) {
  if (saved != nullptr && saved->size() != runs_.size())
    throw Error(ErrorCode::io, "the checkpoint does not fit the callbacks of its training");
  for (size_t i = 0; i < runs_.size(); ++i) runs_[i].second->begin(saved != nullptr ? &(*saved)[i] : nullptr);
}

bool CallbackRuns::epoch_end(TrainingState& state, const Scores& scores) {
  const double rate = plan_.compile.optimizer->learning_rate(state.optimizer);
  for (auto& [callback, run] : runs_) {
    const bool ends = run->epoch_end({state, scores, rate});
    if (ends && stopped_by_.empty()) stopped_by_ = callback->class_name();
  }
  return !stopped_by_.empty();
}

void CallbackRuns::train_end(EndedTraining& training) {
  for (auto& [callback, run] : runs_) run->train_end(training);
}

std::vector<CallbackState> CallbackRuns::states() const {
  std::vector<CallbackState> states;
  for (const auto& [callback, run] : runs_) states.push_back(run->state());
  return states;
}

const std::vector<NamedType<Callback>>& named_types(const Callback*) {
  static const std::vector<NamedType<Callback>> types{
      early_stopping_type(), reduce_lr_on_plateau_type(), model_checkpoint_type(),
      csv_logger_type(),     tensorboard_type(),          terminate_on_nan_type(),
  };
  return types;
}

}  // namespace sluice
