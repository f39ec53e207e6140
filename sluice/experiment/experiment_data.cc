#include "sluice/experiment/experiment_data.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sluice/base/random.h"
#include "sluice/base/snake_case.h"
#include "sluice/data/source.h"
#include "sluice/experiment/keys.h"
#include "sluice/experiment/label_sizes.h"
#include "sluice/experiment/model_section.h"
#include "sluice/experiment/row_weights.h"
#include "sluice/experiment/trial_plan.h"

namespace sluice {
namespace {

/// A single input needs no name; several get those of Keras.
std::vector<std::string> input_names(const ModelSection& section) {
  std::vector<std::string> names;
  int unnamed = 0;
  for (const ModelEntry& entry : section.entries) {
    if (!entry.is_input()) continue;
    std::string number = unnamed == 0 ? "" : "_" + std::to_string(unnamed);
    names.push_back(entry.name.empty() ? "input_layer" + number : entry.name);
    unnamed += entry.name.empty() ? 1 : 0;
  }
  if (names.size() == 1 && unnamed == 1) names.clear();
  return names;
}

/// The name of the last layer: its own, or Keras' by the number of those before.
std::string last_name(const ModelSection& section) {
  const ModelEntry& last = section.entries.back();
  if (!last.name.empty()) return last.name;
  auto same = [&](const ModelEntry& entry) {
    return entry.layer && entry.name.empty() && entry.layer->class_name() == last.layer->class_name();
  };
  auto count = std::ranges::count_if(section.entries, same);
  return snake_case(last.layer->class_name()) + (count == 1 ? "" : "_" + std::to_string(count - 1));
}

/// Names of the model's inputs and outputs, for files that hold arrays by name.
void add_names(const Experiment& experiment, SourceContext& context) {
  if (experiment.start) {
    const Graph& graph = experiment.start->graph;
    for (int node : graph.inputs()) context.input_names.push_back(graph.node_name(node));
    for (int node : graph.outputs()) context.output_names.push_back(graph.node_name(node));
    return;
  }
  ModelSection section = read_model_section(experiment.model, experiment.defaults);
  context.input_names = input_names(section);
  context.output_names = section.outputs;
  if (section.outputs.empty() && section.entries.back().layer) context.output_names = {last_name(section)};
}

int64_t validation_rows(const ValidationRule& rule, int64_t rows) {
  int64_t count = rule.rows ? *rule.rows : static_cast<int64_t>(std::floor(*rule.share * static_cast<double>(rows)));
  if (count >= 1 && count < rows) return count;
  std::string asked = std::to_string(count) + " of " + std::to_string(rows) + " training rows";
  std::string why = count < 1 ? " leave none for validation" : " leave none for training";
  throw PathError("/data/validation", "validation: " + asked + why);
}

/// Checks the rows while they still have the numbers of their files, which messages name.
void check_rows(const Experiment& experiment, const ExperimentData& data) {
  TrialPlan plan = build_trial_plan(experiment, experiment.defaults, data.input_shapes());
  check_label_sizes(plan, data.train);
  at_path("/data/train", [&] { bind_training_rows(plan, data.train); });
}

/// Moves the rows that validation holds back out of the training rows.
void split_validation(const DataSection& section, ExperimentData& data) {
  int64_t rows = data.train.rows();
  int64_t count = validation_rows(section.validation, rows);
  auto order = Random(section.seed, Purpose::validation_split).permutation(rows);
  std::sort(order.begin(), order.begin() + count);
  std::sort(order.begin() + count, order.end());
  std::span<const int64_t> all(order);
  data.validation = data.train.take(all.first(static_cast<size_t>(count)));
  data.train = data.train.take(all.subspan(static_cast<size_t>(count)));
  data.split_order = std::move(order);
}

/// Copies row i of a part to row places[i] of the whole.
void place_rows(const Tensor& part, const int64_t* places, Tensor& whole) {
  const size_t size = part.bytes().size() / static_cast<size_t>(part.rows());
  for (size_t row = 0; row < static_cast<size_t>(part.rows()); ++row)
    std::memcpy(whole.bytes().data() + static_cast<size_t>(places[row]) * size, part.bytes().data() + row * size, size);
}

/// Undoes `split_validation`.
NamedTensors merged(const NamedTensors& validation, const NamedTensors& train, std::span<const int64_t> order) {
  NamedTensors all;
  for (size_t i = 0; i < train.size(); ++i) {
    const Tensor& held_back = validation[i].second;
    Shape shape = held_back.shape();
    shape[0] = static_cast<int64_t>(order.size());
    Tensor whole(held_back.dtype(), shape);
    place_rows(held_back, order.data(), whole);
    place_rows(train[i].second, order.data() + held_back.rows(), whole);
    all.emplace_back(train[i].first, std::move(whole));
  }
  return all;
}

ExperimentData load(const Experiment& experiment, const Path& data_dir) {
  SourceContext context{.folder = experiment.directory, .data_dir = data_dir, .labelled = true};
  add_names(experiment, context);
  const DataSection& section = experiment.data;
  ExperimentData data;
  auto load_part = [&](const Json& source, const std::string& name, const std::string& path) {
    Dataset part = at_path(path, [&] { return load_source(source, context, path); });
    data.hashes[name] = part.content_hash();
    return part;
  };
  data.train = load_part(section.train, "train", "/data/train");
  if (!section.test.is_null()) data.test = load_part(section.test, "test", "/data/test");
  if (!section.validation.source.is_null()) {
    data.validation = load_part(section.validation.source, "validation", "/data/validation");
  } else if (!section.validation.none()) {
    check_rows(experiment, data);
    split_validation(section, data);
  }
  return data;
}

}  // namespace

NamedShapes ExperimentData::input_shapes() const {
  NamedShapes shapes;
  for (const auto& [name, tensor] : train.inputs) {
    shapes.emplace_back(name, Shape(tensor.shape().begin() + 1, tensor.shape().end()));
  }
  return shapes;
}

ExperimentData in_file_order(const ExperimentData& data) {
  if (data.split_order.empty()) return data;
  const Dataset &validation = data.validation, &train = data.train;
  Dataset all{.inputs = merged(validation.inputs, train.inputs, data.split_order),
              .labels = merged(validation.labels, train.labels, data.split_order),
              .weights = merged(validation.weights, train.weights, data.split_order)};
  return {.train = std::move(all), .validation = {}, .test = data.test, .hashes = data.hashes};
}

ExperimentData load_experiment_data(const Experiment& experiment, const Path& data_dir) {
  return with_positions(*experiment.document, [&] { return load(experiment, data_dir); });
}

}  // namespace sluice
