#include "sluice/experiment/train.h"

#include <chrono>

#include "sluice/base/random.h"
#include "sluice/experiment/model_facts.h"
#include "sluice/experiment/preflight.h"
#include "sluice/experiment/training.h"
#include "sluice/formats/keras_file.h"

namespace sluice {
namespace {

using Clock = std::chrono::steady_clock;

void tell(const TrainOptions& options, const TrainingProgress& progress) {
  if (options.observe) options.observe(progress);
}

TrainingState copy_of(const TrainingState& state) {
  TrainingState copy = state;
  copy.weights = copy_of(state.weights);
  for (Tensor& slot : copy.optimizer.slots) slot = copy_of(slot);
  return copy;
}

/// A training after its last finished epoch.
struct Trained {
  TrainingState state;
  Scores scores;
  double seconds = 0;  ///< In training steps.
  bool interrupted = false;
};

/// Trains all epochs, or those before an interruption. Throws Error(interrupted) when there is none.
Trained train_epochs(const TrialPlan& plan, Training& training, TrainingProgress& progress,
                     const TrainOptions& options) {
  TrainingState state = training.initial_state();
  Trained trained;
  while (state.epoch < plan.epochs) {
    progress.epoch = state.epoch + 1;
    try {
      trained.scores = training.train_epoch(state);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::interrupted || trained.state.epoch == 0) throw;
      trained.interrupted = true;
      return trained;
    }
    trained.seconds = progress.seconds = training.seconds();
    trained.state = state.epoch < plan.epochs && options.stop != nullptr ? copy_of(state) : state;
    progress.scores = trained.scores;
    tell(options, progress);
    progress.scores.clear();
  }
  return trained;
}

Model trained_model(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan,
                    const TrainingState& state, const TrainOptions& options, const Scores& scores) {
  ModelOrigin origin{experiment.defaults, options.seed, 0, state.epoch, scores_to_json(scores)};
  Model model{plan.graph, state.weights, plan.compile, state.optimizer, Json()};
  model.facts = model_facts(experiment, data, plan, origin);
  return model;
}

}  // namespace

TrainResult run_training(const Experiment& experiment, const ExperimentData& data, const TrainOptions& options) {
  Clock::time_point start = Clock::now();
  check_writable(options.output);
  TrialPlan plan = check_first_trial(experiment, data);
  TrainingProgress progress{.epochs = plan.epochs};
  Training* running = nullptr;
  auto step_done = [&](int64_t step, int64_t steps) {
    progress.step = step;
    progress.steps = steps;
    progress.seconds = running->seconds();
    tell(options, progress);
  };
  Training training(plan, data, {.seed = trial_seed(options.seed, 0), .stop = options.stop, .progress = step_done});
  running = &training;
  Trained trained = train_epochs(plan, training, progress, options);
  TrainResult result{.scores = trained.scores, .epochs = trained.state.epoch, .interrupted = trained.interrupted};
  if (!trained.interrupted) result.test = score_test(plan, trained.state.weights, data);
  save_model(trained_model(experiment, data, plan, trained.state, options, result.scores), options.output);
  result.model = options.output;
  if (trained.seconds > 0) {
    result.samples_per_second = static_cast<double>(training.rows() * result.epochs) / trained.seconds;
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return result;
}

}  // namespace sluice
