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

/// Trains all epochs; returns the scores of the last one.
Scores train_epochs(const TrialPlan& plan, Training& training, TrainingState& state, TrainingProgress& progress,
                    const TrainOptions& options) {
  Scores scores;
  while (state.epoch < plan.epochs) {
    progress.epoch = state.epoch + 1;
    scores = training.train_epoch(state);
    progress.scores = scores;
    progress.seconds = training.seconds();
    tell(options, progress);
    progress.scores.clear();
  }
  return scores;
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
  TrainingState state = training.initial_state();
  TrainResult result;
  result.scores = train_epochs(plan, training, state, progress, options);
  result.test = score_test(plan, state.weights, data);
  save_model(trained_model(experiment, data, plan, state, options, result.scores), options.output);
  result.model = options.output;
  if (training.seconds() > 0) {
    result.samples_per_second = static_cast<double>(training.rows() * plan.epochs) / training.seconds();
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return result;
}

}  // namespace sluice
