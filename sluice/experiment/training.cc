#include "sluice/experiment/training.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sluice/experiment/row_weights.h"
#include "sluice/nn/inference.h"

namespace sluice {
namespace {

Trainer::Options trainer_options(const TrialPlan& plan, Trainer::Options options) {
  options.batch_size = plan.batch_size;
  options.epochs = plan.epochs;
  options.shuffle = plan.shuffle;
  return options;
}

}  // namespace

Tensor copy_of(const Tensor& tensor) {
  Tensor copy(tensor.dtype(), tensor.shape());
  std::ranges::copy(tensor.bytes(), copy.bytes().begin());
  return copy;
}

OptimizerState copy_of(const OptimizerState& state) {
  OptimizerState copy = state;
  for (Tensor& slot : copy.slots) slot = copy_of(slot);
  return copy;
}

TrainingState copy_of(const TrainingState& state) {
  TrainingState copy = state;
  copy.weights = copy_of(state.weights);
  copy.optimizer = copy_of(state.optimizer);
  return copy;
}

Training::Training(const TrialPlan& plan, const ExperimentData& data, Trainer::Options options)
    : plan_(plan),
      train_(bind_training_rows(plan, data.train)),
      validation_(bind_rows(plan, data.validation)),
      inference_{.threads = options.threads, .stop = options.stop},
      trainer_(plan.graph, plan.compile, train_, trainer_options(plan, options)) {}

TrainingState Training::initial_state() const {
  TrainingState state = trainer_.initial_state();
  if (plan_.start) state.weights = copy_of(plan_.start->weights);
  if (plan_.goes_on) state.optimizer = copy_of(*plan_.start->optimizer_state);
  return state;
}

Scores Training::train_epoch(TrainingState& state) {
  Scores scores = trainer_.train_epoch(state);
  if (validation_.rows() == 0) return scores;
  for (const auto& [name, value] : evaluate(plan_.graph, state.weights, plan_.compile, validation_, inference_)) {
    if (name == "loss" && !std::isfinite(value)) {
      throw Error(ErrorCode::failed, "training diverged: val_loss is not finite in epoch " +
                                         std::to_string(state.epoch) + "; try a lower learning_rate");
    }
    scores.emplace_back("val_" + name, value);
  }
  return scores;
}

void Training::finish(TrainingState& state) const {
  plan_.compile.optimizer->finish(state.weights.values<float>(), state.optimizer);
}

void fill_schedule(TrialPlan& plan, int64_t rows) {
  plan.compile.optimizer = with_steps(plan.compile.optimizer, training_steps(rows, plan.batch_size, plan.epochs));
}

Examples bind_rows(const TrialPlan& plan, const Dataset& rows) {
  if (rows.rows() == 0) return {};
  return bind_examples(plan.graph, plan.compile, rows.inputs, rows.labels);
}

std::optional<Scores> score_test(const TrialPlan& plan, const Tensor& weights, const ExperimentData& data) {
  if (data.test.rows() == 0) return std::nullopt;
  return evaluate(plan.graph, weights, plan.compile, bind_rows(plan, data.test));
}

Json scores_to_json(const Scores& scores) {
  Json json = Json::object();
  for (const auto& [name, value] : scores) json[name] = value;
  return json;
}

Scores scores_from_json(const Json& json) {
  Scores scores;
  for (const auto& [name, value] : json.as_object()) scores.emplace_back(name, value.as_real());
  return scores;
}

uint64_t epoch_cost(const TrialPlan& plan, const ExperimentData& data) {
  return bounded_product(plan.graph.flop(), 3 * data.train.rows() + data.validation.rows());
}

uint64_t bounded_product(int64_t a, int64_t b) {
  int64_t product = 0;
  bool overflows = __builtin_mul_overflow(a, b, &product);
  return static_cast<uint64_t>(overflows ? std::numeric_limits<int64_t>::max() : product);
}

}  // namespace sluice
