#include "sluice/experiment/fit_section.h"

#include <algorithm>
#include <charconv>

#include "sluice/experiment/document.h"

namespace sluice {
namespace {

/// A value for the one output, or a map from the names of outputs.
Json by_output(const Json& described) { return schema::either({described, schema::map_of(described)}); }

/// Whether a map is one loss with its parameters rather than losses by output.
bool names_loss(const Json& json) {
  if (json.size() != 1) return false;
  const auto& [name, value] = json.as_object().front();
  return (value.is_object() || value.is_null()) && find_type<Loss>(name) != nullptr;
}

std::vector<std::pair<std::string, LossPtr>> read_losses(const Json& json, const std::string& path) {
  if (!json.is_object() || names_loss(json)) return {{"", read_named<Loss>(json, path)}};
  std::vector<std::pair<std::string, LossPtr>> losses;
  for (const auto& [output, loss] : json.as_object()) {
    losses.emplace_back(output, read_named<Loss>(loss, join_path(path, output)));
  }
  return losses;
}

/// Throws PathError for a metric that is no number: epochs report numbers.
MetricPtr read_metric(const Json& json, const std::string& path) {
  MetricPtr metric = read_named<Metric>(json, path);
  if (metric->names({2}).empty())
    throw PathError(
        path, metric->name() + " is a table, which only `sluice evaluate --metrics " + metric->name() + "` shows");
  return metric;
}

std::vector<MetricPtr> read_metric_list(const Json& json, const std::string& path) {
  std::vector<MetricPtr> list;
  if (json.is_string()) return {read_metric(json, path)};
  if (!json.is_array()) throw PathError(path, "metrics: expected a list of names, got " + shown(json));
  for (size_t i = 0; i < json.size(); ++i) {
    MetricPtr metric = read_metric(json[i], join_path(path, i));
    bool twice = std::ranges::any_of(list, [&](const MetricPtr& other) {
      return other->class_name() == metric->class_name() && other->config() == metric->config();
    });
    if (twice) throw PathError(join_path(path, i), "the metric \"" + metric->name() + "\" appears twice");
    list.push_back(metric);
  }
  return list;
}

std::vector<std::pair<std::string, std::vector<MetricPtr>>> read_metrics(const Json& json, const std::string& path) {
  if (!json.is_object()) return {{"", read_metric_list(json, path)}};
  std::vector<std::pair<std::string, std::vector<MetricPtr>>> metrics;
  for (const auto& [output, list] : json.as_object()) {
    metrics.emplace_back(output, read_metric_list(list, join_path(path, output)));
  }
  return metrics;
}

std::vector<CallbackPtr> read_callbacks(const Json& json, const std::string& path) {
  if (!json.is_array()) throw PathError(path, "callbacks: expected a list, got " + shown(json));
  std::vector<CallbackPtr> callbacks;
  for (size_t i = 0; i < json.size(); ++i) {
    const std::string entry = join_path(path, i);
    callbacks.push_back(at_path(entry, [&] { return read_named<Callback>(json[i], entry); }));
  }
  return callbacks;
}

double read_weight(const Json& json, const std::string& path, const std::string& what) {
  return at_path(path, [&] { return FieldType<double>::read(json, at_least(0)); }, what + ": ");
}

std::vector<std::pair<std::string, double>> read_loss_weights(const Json& json, const std::string& path) {
  if (!json.is_object()) return {{"", read_weight(json, path, "loss_weights")}};
  std::vector<std::pair<std::string, double>> weights;
  for (const auto& [output, weight] : json.as_object())
    weights.emplace_back(output, read_weight(weight, join_path(path, output), "loss_weights"));
  return weights;
}

ClassWeights read_classes(const Json& json, const std::string& path) {
  ClassWeights weights;
  for (const auto& [name, weight] : json.as_object()) {
    int64_t number = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size() || number < 0)
      throw PathError(join_path(path, name), "class_weight: expected a class number, got \"" + name + "\"");
    weights[number] = read_weight(weight, join_path(path, name), "class_weight");
  }
  return weights;
}

std::vector<std::pair<std::string, ClassWeights>> read_class_weights(const Json& json, const std::string& path) {
  if (!json.is_object() || json.empty())
    throw PathError(path, "class_weight: expected a map from class numbers to weights, got " + shown(json));
  if (!json.as_object().front().second.is_object()) return {{"", read_classes(json, path)}};
  std::vector<std::pair<std::string, ClassWeights>> weights;
  for (const auto& [output, classes] : json.as_object()) {
    const std::string place = join_path(path, output);
    if (!classes.is_object()) throw PathError(place, "class_weight: expected a map, got " + shown(classes));
    weights.emplace_back(output, read_classes(classes, place));
  }
  return weights;
}

std::vector<std::string> output_names(const Graph& graph) {
  std::vector<std::string> names;
  for (int node : graph.outputs()) names.push_back(graph.node_name(node));
  return names;
}

/// Returns the index of an output by name; "" is the only one.
size_t find_output(const std::vector<std::string>& outputs, const std::string& name, const std::string& path) {
  if (name.empty() && outputs.size() == 1) return 0;
  if (name.empty()) throw PathError(path, "expected a map from the outputs " + join(outputs));
  auto found = std::find(outputs.begin(), outputs.end(), name);
  if (found == outputs.end()) throw PathError(join_path(path, name), unknown_name("output", name, outputs));
  return static_cast<size_t>(found - outputs.begin());
}

std::vector<LossPtr> losses_by_output(const FitSection& section, const std::vector<std::string>& outputs) {
  std::vector<LossPtr> losses(outputs.size());
  for (const auto& [name, loss] : section.losses) losses[find_output(outputs, name, "/fit/loss")] = loss;
  for (size_t i = 0; i < losses.size(); ++i) {
    if (losses[i] == nullptr) throw PathError("/fit/loss", "loss: missing for the output \"" + outputs[i] + "\"");
  }
  return losses;
}

std::vector<std::vector<MetricPtr>> metrics_by_output(const FitSection& section,
                                                      const std::vector<std::string>& outputs) {
  std::vector<std::vector<MetricPtr>> metrics(outputs.size());
  for (const auto& [name, list] : section.metrics) {
    if (name.empty() && list.empty()) continue;
    metrics[find_output(outputs, name, "/fit/metrics")] = list;
  }
  return metrics;
}

/// The part of a map by output; the whole where it has one entry without a name.
std::string output_path(const std::string& path, const std::string& name) {
  return name.empty() ? path : join_path(path, name);
}

/// Checks that each loss of the section suits its output.
void check_losses(const FitSection& section, const Graph& graph) {
  for (const auto& [name, loss] : section.losses) {
    int node = graph.outputs()[find_output(output_names(graph), name, "/fit/loss")];
    std::string prefix = "output \"" + graph.node_name(node) + "\": ";
    at_path(output_path("/fit/loss", name), [&] { loss->check_output(graph.nodes()[node].shape); }, prefix);
  }
}

std::vector<double> loss_weights_by_output(const FitSection& section, const std::vector<std::string>& outputs) {
  std::vector<double> weights(outputs.size(), 1.0);
  for (const auto& [name, weight] : section.loss_weights)
    weights[find_output(outputs, name, "/fit/loss_weights")] = weight;
  return weights;
}

/// Checks the section's metrics one by one; `only_losses` is how the graph is trained without any.
void check_metrics(const FitSection& section, const Graph& graph, const CompileConfig& only_losses) {
  auto outputs = output_names(graph);
  for (const auto& [name, list] : section.metrics) {
    for (size_t i = 0; i < list.size(); ++i) {
      CompileConfig one = only_losses;
      one.metrics[find_output(outputs, name, "/fit/metrics")] = {list[i]};
      at_path(join_path(output_path("/fit/metrics", name), i), [&] { check_compile(graph, one); });
    }
  }
}

/// Losses are checked on their own first, so that an error stands at the right key.
void check_suits(const FitSection& section, const Graph& graph, const CompileConfig& compile) {
  CompileConfig only_losses = compile;
  for (auto& list : only_losses.metrics) list.clear();
  check_losses(section, graph);
  at_path("/fit/loss", [&] { check_compile(graph, only_losses); });
  check_metrics(section, graph, only_losses);
  at_path("/fit/metrics", [&] { check_compile(graph, compile); });
}

/// Puts the section's schedule into the optimizer. Only the number of steps may still be open then.
OptimizerPtr scheduled(OptimizerPtr optimizer, const SchedulePtr& schedule) {
  const LearningRate& rate = optimizer->learning_rate();
  if (schedule != nullptr && rate.schedule != nullptr)
    throw PathError("/fit/schedule", "schedule: the optimizer's learning_rate is a schedule already");
  if (schedule != nullptr) optimizer = with_learning_rate(*optimizer, schedule->filled({.learning_rate = rate.value}));
  at_path(schedule != nullptr ? "/fit/schedule" : "/fit/optimizer", [&] { with_steps(optimizer, 1); });
  return optimizer;
}

/// What a file says but cannot be used here is told, as it could stand in for the key.
[[noreturn]] void refuse_missing(const std::string& key, const Model* start) {
  std::string why;
  for (const char* fact : {"compile_dropped", "optimizer_dropped", "compile_left_out"}) {
    const Json* reason = start != nullptr && start->facts.is_object() ? start->facts.find(fact) : nullptr;
    if (reason != nullptr && reason->is_string()) why = "; the model file's cannot be used: " + reason->as_string();
  }
  throw PathError("/fit", "fit: missing \"" + key + "\"" + why);
}

}  // namespace

std::span<const Key> fit_keys() {
  const Json metric = schema::defined("metric");
  const Json weight = schema::number(at_least(0));
  static const std::vector<Key> keys = {
      {"optimizer", "how weights are changed", schema::defined("optimizer")},
      {"loss", "what is minimized; a map where there are several outputs", by_output(schema::defined("loss"))},
      {"metrics", "scores of an epoch", by_output(schema::either({metric, schema::list(metric)}))},
      {"loss_weights", "factors of the losses by output", by_output(weight)},
      {"class_weight", "what rows count in the loss, by class number", schema::map_of(by_output(weight))},
      {"batch_size", "rows of a step; 32 by default", schema::integer(at_least(1))},
      {"epochs", "passes over the training rows; 1 by default", schema::integer(at_least(1))},
      {"shuffle", "whether each epoch has an order of its own; true by default", schema::boolean()},
      {"schedule", "learning rate by step, in place of the optimizer's", schema::defined("schedule")},
      {"callbacks", "what happens at the end of an epoch", schema::list(schema::defined("callback"))}};
  return keys;
}

FitSection read_fit_section(const Json& fit) {
  check_keys(fit, "/fit", "fit", fit_keys());
  FitSection section;
  if (const Json* optimizer = fit.find("optimizer"))
    section.optimizer = at_path("/fit/optimizer", [&] { return read_named<Optimizer>(*optimizer, "/fit/optimizer"); });
  if (const Json* schedule = fit.find("schedule"))
    section.schedule = at_path("/fit/schedule", [&] { return read_named<Schedule>(*schedule, "/fit/schedule"); });
  if (const Json* callbacks = fit.find("callbacks")) section.callbacks = read_callbacks(*callbacks, "/fit/callbacks");
  if (const Json* loss = fit.find("loss")) section.losses = read_losses(*loss, "/fit/loss");
  if (const Json* metrics = fit.find("metrics")) section.metrics = read_metrics(*metrics, "/fit/metrics");
  if (const Json* weights = fit.find("loss_weights"))
    section.loss_weights = read_loss_weights(*weights, "/fit/loss_weights");
  if (const Json* weights = fit.find("class_weight"))
    section.class_weights = read_class_weights(*weights, "/fit/class_weight");
  section.batch_size = read_part<int64_t>(fit, "/fit", "batch_size", 32, at_least(1));
  section.epochs = read_part<int64_t>(fit, "/fit", "epochs", 1, at_least(1));
  section.shuffle = read_part<bool>(fit, "/fit", "shuffle", true);
  return section;
}

CompileConfig compile_config(const FitSection& section, const Graph& graph, const Model* start) {
  CompileConfig compile;
  if (start != nullptr && start->compile) compile = *start->compile;
  auto outputs = output_names(graph);
  if (section.optimizer) compile.optimizer = section.optimizer;
  if (!compile.optimizer) refuse_missing("optimizer", start);
  compile.optimizer = scheduled(compile.optimizer, section.schedule);
  if (!section.losses.empty()) compile.losses = losses_by_output(section, outputs);
  if (compile.losses.empty()) refuse_missing("loss", start);
  if (!section.loss_weights.empty()) compile.loss_weights = loss_weights_by_output(section, outputs);
  if (!section.metrics.empty() || compile.metrics.empty()) compile.metrics = metrics_by_output(section, outputs);
  check_suits(section, graph, compile);
  return compile;
}

std::vector<ClassWeights> class_weights_by_output(const FitSection& section, const Graph& graph) {
  if (section.class_weights.empty()) return {};
  const auto outputs = output_names(graph);
  std::vector<ClassWeights> weights(outputs.size());
  for (const auto& [name, classes] : section.class_weights) {
    const size_t output = find_output(outputs, name, "/fit/class_weight");
    const Shape& shape = graph.nodes()[graph.outputs()[output]].shape;
    const int64_t known = shape.empty() ? 2 : std::max<int64_t>(shape.back(), 2);
    if (!classes.empty() && classes.rbegin()->first >= known) {
      throw PathError("/fit/class_weight", "class_weight: class " + std::to_string(classes.rbegin()->first) +
                                               " is beyond the " + std::to_string(known) + " of the output");
    }
    weights[output] = classes;
  }
  return weights;
}

}  // namespace sluice
