#include "sluice/formats/keras_compile.h"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

const Json& value_or_null(const Json& json, std::string_view key) {
  static const Json null;
  const Json* value = json.find(key);
  return value == nullptr ? null : *value;
}

bool is_keras_object(const Json& json) { return json.is_object() && json.contains("class_name"); }

bool one_of(std::string_view key, std::span<const std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// What losses and metrics may say about themselves: names, and what is so anyway.
void check_object_config(const std::string& class_name, const Json& config) {
  constexpr std::array<std::string_view, 2> ignored = {"name", "dtype"};
  constexpr std::array<std::string_view, 3> reductions = {"sum_over_batch_size", "mean", "auto"};
  for (const auto& [key, value] : config.as_object()) {
    bool is_default = value.is_null() || value == Json(false) || one_of(key, ignored) ||
                      (key == "label_smoothing" && value.is_number() && value.as_real() == 0) ||
                      (key == "axis" && value == Json(-1)) ||
                      (key == "reduction" && value.is_string() && one_of(value.as_string(), reductions));
    if (!is_default) throw invalid(class_name + " with " + key + " = " + value.dump() + " is not supported");
  }
}

// The name of a loss or metric: a text, a function or an object.
std::string object_name(const Json& json) {
  if (!is_keras_object(json)) return json.as_string();
  const std::string& class_name = json.at("class_name").as_string();
  const Json& config = json.at("config");
  if (class_name == "function") return config.as_string();
  check_object_config(class_name, config);
  return class_name;
}

void check_output_names(const Json& by_name, const Graph& graph) {
  for (const auto& [key, value] : by_name.as_object()) {
    bool known = std::any_of(graph.outputs().begin(), graph.outputs().end(),
                             [&](int output) { return graph.node_name(output) == key; });
    if (!known) throw invalid("\"" + key + "\" is no output of the model");
  }
}

// Splits what is given as one value, a list or a map into one value for each output; null where there is none.
std::vector<Json> by_output(const Json& json, const Graph& graph) {
  std::vector<Json> values;
  bool by_name = json.is_object() && !is_keras_object(json);
  if (by_name) check_output_names(json, graph);
  if (json.is_array() && json.size() != graph.outputs().size()) {
    throw invalid(std::to_string(json.size()) + " entries for " + std::to_string(graph.outputs().size()) + " outputs");
  }
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    if (by_name) {
      values.push_back(value_or_null(json, graph.node_name(graph.outputs()[i])));
    } else {
      values.push_back(json.is_array() ? json[i] : json);
    }
  }
  return values;
}

std::vector<LossPtr> read_losses(const Json& json, const Graph& graph) {
  std::vector<LossPtr> losses;
  for (const Json& loss : by_output(json, graph)) {
    if (loss.is_null()) throw invalid("an output without a loss is not supported");
    losses.push_back(find_loss(object_name(loss)));
  }
  return losses;
}

void read_metrics_of_output(const Json& json, std::vector<MetricPtr>& metrics) {
  if (json.is_null()) return;
  if (!json.is_array()) return metrics.push_back(find_metric(object_name(json)));
  for (const Json& element : json.as_array()) read_metrics_of_output(element, metrics);
}

std::vector<std::vector<MetricPtr>> read_metrics(const Json& json, const Graph& graph) {
  std::vector<std::vector<MetricPtr>> metrics(graph.outputs().size());
  if (json.empty() && !json.is_string()) return metrics;
  if (metrics.size() == 1 && json.is_array()) {
    read_metrics_of_output(json, metrics[0]);
    return metrics;
  }
  std::vector<Json> parts = by_output(json, graph);
  for (size_t i = 0; i < parts.size(); ++i) read_metrics_of_output(parts[i], metrics[i]);
  return metrics;
}

void check_optimizer_key(const std::string& class_name, const std::string& key, const Json& value) {
  constexpr std::array<std::string_view, 4> ignored = {"name", "ema_momentum", "ema_overwrite_frequency",
                                                       "jit_compile"};
  if (value.is_null() || value == Json(false) || one_of(key, ignored)) return;
  throw invalid(class_name + " with " + key + " = " + value.dump() + " is not supported");
}

bool has_field(const OptimizerType& type, const std::string& key) {
  return std::any_of(type.fields.begin(), type.fields.end(), [&](const auto& field) { return field.name == key; });
}

std::string lower_case(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// Keras does not mind the case.
const OptimizerType& find_optimizer(const std::string& name) {
  for (const OptimizerType& type : optimizer_types()) {
    if (lower_case(type.class_name) == lower_case(name)) return type;
  }
  throw invalid("the optimizer " + name + " is not supported");
}

Json our_parameters(const Json& config, const OptimizerType& type) {
  Json parameters = Json::object();
  for (const auto& [key, value] : config.as_object()) {
    if (!has_field(type, key)) {
      check_optimizer_key(type.class_name, key, value);
    } else if (key == "learning_rate" && value.is_object()) {
      throw invalid("a learning rate schedule is not supported");
    } else if (!value.is_null()) {
      parameters[key] = value;
    }
  }
  return parameters;
}

// A name alone means its defaults; Keras 3.0 kept what the user wrote.
OptimizerPtr read_optimizer(const Json& json) {
  if (json.is_string()) return make_optimizer(find_optimizer(json.as_string()).class_name, Json::object());
  const OptimizerType& type = find_optimizer(json.at("class_name").as_string());
  return make_optimizer(type.class_name, our_parameters(json.at("config"), type));
}

bool all_ones(const Json& weights) {
  if (weights.is_number()) return weights.as_real() == 1;
  if (weights.is_array()) return std::all_of(weights.as_array().begin(), weights.as_array().end(), all_ones);
  if (!weights.is_object()) return weights.is_null();
  return std::all_of(weights.as_object().begin(), weights.as_object().end(),
                     [](const auto& entry) { return all_ones(entry.second); });
}

// One output has its value alone, several have a list.
Json join_outputs(Json::Array values) { return values.size() == 1 ? std::move(values[0]) : Json(std::move(values)); }

Json write_optimizer(const Optimizer& optimizer) {
  Json json = Json::object();
  json["module"] = "keras.optimizers";
  json["class_name"] = optimizer.class_name();
  json["config"] = optimizer.config();
  json["registered_name"] = nullptr;
  return json;
}

}  // namespace

CompileConfig read_keras_compile(const Json& json, const Graph& graph) {
  if (!all_ones(value_or_null(json, "loss_weights"))) throw invalid("loss_weights are not supported");
  if (!value_or_null(json, "weighted_metrics").empty()) throw invalid("weighted_metrics are not supported");
  CompileConfig compile;
  compile.optimizer = read_optimizer(json.at("optimizer"));
  compile.losses = read_losses(json.at("loss"), graph);
  compile.metrics = read_metrics(value_or_null(json, "metrics"), graph);
  check_compile(graph, compile);
  return compile;
}

Json write_keras_compile(const CompileConfig& compile) {
  Json::Array losses;
  for (const LossPtr& loss : compile.losses) losses.emplace_back(loss->name());
  Json::Array metrics;
  for (const auto& of_output : compile.metrics) {
    Json names = Json::array();
    for (const MetricPtr& metric : of_output) names.push_back(metric->name());
    metrics.push_back(std::move(names));
  }
  Json json = Json::object();
  json["optimizer"] = write_optimizer(*compile.optimizer);
  json["loss"] = join_outputs(std::move(losses));
  json["loss_weights"] = nullptr;
  json["metrics"] = join_outputs(std::move(metrics));
  json["weighted_metrics"] = nullptr;
  json["run_eagerly"] = false;
  json["steps_per_execution"] = 1;
  json["jit_compile"] = false;
  return json;
}

}  // namespace sluice
