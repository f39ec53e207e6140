#include "sluice/experiment/check.h"

#include <algorithm>
#include <new>

#include "sluice/experiment/advice.h"
#include "sluice/experiment/preflight.h"
#include "sluice/experiment/training.h"
#include "sluice/experiment/trial_memory.h"
#include "sluice/experiment/trial_plan.h"
#include "sluice/tune/sampler/random.h"

namespace sluice {
namespace {

std::vector<CheckedLayer> describe_layers(const Graph& graph) {
  std::vector<CheckedLayer> layers;
  for (size_t i = 0; i < graph.nodes().size(); ++i) {
    const Graph::Node& node = graph.nodes()[i];
    const Layer& layer = graph.node_layer(static_cast<int>(i));
    auto shapes = graph.input_shapes(static_cast<int>(i));
    CheckedLayer described{.name = graph.node_name(static_cast<int>(i)),
                           .class_name = std::string(layer.class_name()),
                           .shape = node.shape};
    for (int input : node.inputs) described.inputs.push_back(graph.node_name(input));
    if (!node.inputs.empty()) described.flop = layer.flop(shapes);
    for (const WeightSpec& weight : layer.weights(shapes)) described.parameters += element_count(weight.shape);
    layers.push_back(std::move(described));
  }
  return layers;
}

int64_t data_bytes(const ExperimentData& data) {
  int64_t bytes = 0;
  for (const Dataset* part : {&data.train, &data.validation, &data.test}) {
    for (const NamedTensors* tensors : {&part->inputs, &part->labels}) {
      for (const auto& [name, tensor] : *tensors) bytes += static_cast<int64_t>(tensor.bytes().size());
    }
  }
  return bytes;
}

/// Trains a few batches of rows, twice as many each time until it takes long enough to tell; returns seconds a row.
double measure_row_seconds(const TrialPlan& plan, const ExperimentData& data, const std::atomic<bool>* stop) {
  constexpr double long_enough = 0.3;
  for (int64_t rows = plan.batch_size;; rows *= 2) {
    rows = std::min(rows, data.train.rows());
    ExperimentData part{.train = data.train.slice(0, rows), .validation = {}, .test = {}, .hashes = {}};
    Training training(plan, part, {.stop = stop});
    TrainingState state = training.initial_state();
    training.train_epoch(state);
    if (training.seconds() >= long_enough || rows == data.train.rows()) {
      return training.seconds() / static_cast<double>(rows);
    }
  }
}

/// Fills in how long an epoch and a trial take, or why that cannot be measured: the first steps diverge, or memory is
/// short.
void expect_seconds(const TrialPlan& plan, const ExperimentData& data, const std::atomic<bool>* stop,
                    CheckResult& result) {
  try {
    double train_passes = static_cast<double>(data.train.rows());
    double validation_passes = static_cast<double>(data.validation.rows()) / 3;
    result.epoch_seconds = measure_row_seconds(plan, data, stop) * (train_passes + validation_passes);
    result.trial_seconds = *result.epoch_seconds * static_cast<double>(plan.epochs);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::failed) throw;
    result.diverges = true;
  } catch (const std::bad_alloc&) {
    result.memory = std::nullopt;
  }
}

double trial_cost(const TrialPlan& plan, const ExperimentData& data) {
  return static_cast<double>(epoch_cost(plan, data)) * static_cast<double>(plan.epochs);
}

/// What a trial costs on average, trial 0 costing 1. Parameters of which nothing can be built are left out.
double relative_cost(const Experiment& experiment, const ExperimentData& data, const TrialPlan& first) {
  constexpr int64_t draws = 32;
  const auto sampler = make_random_sampler({}, {.space = experiment.space, .objective = {}, .seed = 0, .given = {}});
  double sum = 0, built = 0;
  for (int64_t number = 0; number < draws; ++number) {
    try {
      sum += trial_cost(build_trial_plan(experiment, *sampler->sample(number, {}), data.input_shapes()), data);
      ++built;
    } catch (const Error&) {
      continue;
    }
  }
  return built == 0 ? 1 : sum / built / trial_cost(first, data);
}

void expect_study_seconds(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan,
                          CheckResult& result) {
  if (!result.trial_seconds || result.trials < 1) return;
  const double others = experiment.space.empty() ? 1 : relative_cost(experiment, data, plan);
  result.study_seconds = *result.trial_seconds * (1 + others * static_cast<double>(result.trials - 1));
}

bool has_room(const std::optional<int64_t>& memory, const std::optional<int64_t>& available) {
  return memory && *memory <= available.value_or(*memory);
}

Json to_json(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

bool searches(const Experiment& experiment) {
  return !experiment.space.empty() || experiment.document->value.contains("search");
}

Json to_json(const Shape& shape) {
  Json list = Json::array();
  for (int64_t size : shape) list.push_back(size);
  return list;
}

Json to_json(const CheckedLayer& layer) {
  Json inputs = Json::array();
  for (const std::string& input : layer.inputs) inputs.push_back(input);
  return Json::Object{{"name", layer.name},
                      {"class", layer.class_name},
                      {"inputs", inputs},
                      {"shape", to_json(layer.shape)},
                      {"parameters", layer.parameters},
                      {"flop", layer.flop}};
}

}  // namespace

CheckResult check_experiment(const Experiment& experiment, const ExperimentData& data, std::optional<int64_t> available,
                             const std::atomic<bool>* stop) {
  TrialPlan plan = check_first_trial(experiment, data);
  if (searches(experiment)) check_search_trials(experiment, data);
  CheckResult result{.name = experiment.name};
  result.layers = describe_layers(plan.graph);
  result.parameters = plan.graph.parameter_count();
  result.flop = plan.graph.flop();
  result.memory = trial_memory(plan);
  result.data_memory = data_bytes(data);
  result.train_rows = data.train.rows();
  result.validation_rows = data.validation.rows();
  result.test_rows = data.test.rows();
  result.batch_size = plan.batch_size;
  result.epochs = plan.epochs;
  result.epoch_cost = epoch_cost(plan, data);
  result.advice = advice_on(plan);
  result.trials = possible_trials(experiment, experiment.search.trials);
  if (has_room(result.memory, available)) expect_seconds(plan, data, stop, result);
  expect_study_seconds(experiment, data, plan, result);
  return result;
}

Json to_json(const CheckResult& result) {
  Json layers = Json::array();
  for (const CheckedLayer& layer : result.layers) layers.push_back(to_json(layer));
  return Json::Object{{"name", result.name},
                      {"layers", layers},
                      {"parameters", result.parameters},
                      {"flop", result.flop},
                      {"memory", result.memory ? Json(*result.memory) : Json()},
                      {"data_memory", result.data_memory},
                      {"train_rows", result.train_rows},
                      {"validation_rows", result.validation_rows},
                      {"test_rows", result.test_rows},
                      {"batch_size", result.batch_size},
                      {"epochs", result.epochs},
                      {"epoch_cost", result.epoch_cost},
                      {"diverges", result.diverges},
                      {"epoch_seconds", to_json(result.epoch_seconds)},
                      {"advice", Json(Json::Array(result.advice.begin(), result.advice.end()))},
                      {"trials", result.trials},
                      {"trial_seconds", to_json(result.trial_seconds)},
                      {"study_seconds", to_json(result.study_seconds)}};
}

}  // namespace sluice
