#pragma once

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/trainer.h"

namespace sluice {

/// The training of one plan on the rows of an experiment. `plan` and `data` must outlive it.
class Training {
 public:
  /// `options` say seed, threads, stop and progress; batch size and shuffling are the plan's. Throws
  /// Error(invalid_argument) when the rows do not fit the plan.
  Training(const TrialPlan& plan, const ExperimentData& data, Trainer::Options options);

  /// The state before the first epoch: new weights, or those that the plan starts from, with the state of its optimizer
  /// where the plan goes on with it.
  TrainingState initial_state() const;

  /// Trains one more epoch. Returns its scores: loss, accuracy, … over the training rows, and where there are
  /// validation rows val_loss, val_accuracy, … of the weights after it. Throws as Trainer::train_epoch.
  Scores train_epoch(TrainingState& state);

  /// Ends a training that a callback stopped: see Optimizer::finish.
  void finish(TrainingState& state) const;

  int64_t rows() const { return train_.rows(); }

  /// The mean loss over the rows that this epoch has seen; 0 before the first.
  double loss_so_far() const { return trainer_.loss_so_far(); }

  /// Seconds spent in training steps so far, feeding included.
  double seconds() const { return trainer_.seconds(); }

 private:
  const TrialPlan& plan_;
  Examples train_;
  Examples validation_;
  InferenceOptions inference_;
  Trainer trainer_;
};

/// Returns a tensor with elements of its own.
Tensor copy_of(const Tensor& tensor);
OptimizerState copy_of(const OptimizerState& state);
TrainingState copy_of(const TrainingState& state);

/// Fills in what the schedule of a plan leaves open: the steps of a training on so many rows.
void fill_schedule(TrialPlan& plan, int64_t rows);

/// Matches rows to the inputs and outputs of a plan; no examples when there are no rows.
Examples bind_rows(const TrialPlan& plan, const Dataset& rows);

/// Returns the scores of weights on the test rows, or nothing when there are none.
std::optional<Scores> score_test(const TrialPlan& plan, const Tensor& weights, const ExperimentData& data);

/// Writes scores as a map from names to numbers, and reads them.
Json scores_to_json(const Scores& scores);
Scores scores_from_json(const Json& json);

/// Floating point operations of one epoch: a training pass counts three forward passes, validation one. At most 2^63
/// - 1.
uint64_t epoch_cost(const TrialPlan& plan, const ExperimentData& data);

/// Returns a · b, at most 2^63 - 1, of two numbers that are not negative.
uint64_t bounded_product(int64_t a, int64_t b);

}  // namespace sluice
