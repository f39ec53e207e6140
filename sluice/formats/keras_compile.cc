#include "sluice/formats/keras_compile.h"

#include <algorithm>
#include <array>

#include "sluice/formats/keras_layer.h"
#include "sluice/nn/metrics/confusion_matrix.h"

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

// What losses and metrics may say about themselves beside their parameters: names, and what is so anyway.
void check_foreign_key(const std::string& class_name, const std::string& key, const Json& value) {
  constexpr std::array<std::string_view, 2> ignored = {"name", "dtype"};
  bool is_default =
      value.is_null() || value == Json(false) || one_of(key, ignored) || (key == "axis" && value == Json(-1));
  if (!is_default) throw invalid(class_name + " with " + key + " = " + value.dump() + " is not supported");
}

// Keras wraps functions that were given parameters: {fn: function, parameters…}.
Json unwrapped(const Json& json) {
  constexpr std::array<std::string_view, 2> wrappers = {"MeanMetricWrapper", "LossFunctionWrapper"};
  const Json& config = is_keras_object(json) ? value_or_null(json, "config") : json;
  const Json* function = config.is_object() ? config.find("fn") : nullptr;
  if (function == nullptr || !one_of(json.at("class_name").as_string(), wrappers)) return json;
  Json parameters = Json::object();
  for (const auto& [key, value] : config.as_object()) {
    if (key != "fn") parameters[key] = value;
  }
  const std::string name = read_named_text("function", *function, "").name;
  return Json::Object{{"class_name", name}, {"config", std::move(parameters)}};
}

// A loss without a reduction is one for each row. null stands for other defaults, not for this one.
void check_reduction(const Json& json) {
  const Json& config = is_keras_object(json) ? value_or_null(json, "config") : json;
  const Json* reduction = config.is_object() ? config.find("reduction") : nullptr;
  if (reduction != nullptr && (reduction->is_null() || *reduction == Json("none")))
    throw invalid(json.at("class_name").as_string() + " with reduction = none is not supported");
}

// A loss or metric: a name, a function or an object.
template <NamedKind Kind>
std::shared_ptr<const Kind> read_object(const Json& given) {
  const Json json = unwrapped(given);
  if constexpr (std::is_same_v<Kind, Loss>) check_reduction(json);
  NamedText text = read_named_text(kind_name(static_cast<const Kind*>(nullptr)), json, "");
  const NamedType<Kind>* type = find_type<Kind>(text.name);
  if (type == nullptr || !text.parameters.is_object()) return make_named<Kind>(text.name, text.parameters);
  Json parameters = Json::object();
  const Json set = set_parameters(text.parameters, type->fields);
  for (const auto& [key, value] : set.as_object()) {
    if (has_field(type->fields, key)) {
      parameters[key] = plain_keras_value(value);
    } else {
      check_foreign_key(text.name, key, value);
    }
  }
  return type->create(parameters, "");
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
    losses.push_back(read_object<Loss>(loss));
  }
  return losses;
}

void read_metrics_of_output(const Json& json, std::vector<MetricPtr>& metrics) {
  if (json.is_null()) return;
  if (!json.is_array()) return metrics.push_back(read_object<Metric>(json));
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
  constexpr std::array<std::string_view, 2> ignored = {"name", "jit_compile"};
  if (value.is_null() || value == Json(false) || one_of(key, ignored)) return;
  throw invalid(class_name + " with " + key + " = " + value.dump() + " is not supported");
}

std::string lower_case(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// Keras does not mind the case.
const OptimizerType& find_optimizer(const std::string& name) {
  for (const OptimizerType& type : named_types(static_cast<const Optimizer*>(nullptr))) {
    if (lower_case(type.class_name) == lower_case(name)) return type;
  }
  throw invalid("the optimizer " + name + " is not supported");
}

// A schedule's name is of no use.
Json our_schedule(const Json& schedule) {
  Json config = Json::object();
  for (const auto& [key, value] : schedule.at("config").as_object()) {
    if (key != "name") config[key] = value;
  }
  return Json::Object{{schedule.at("class_name").as_string(), std::move(config)}};
}

Json our_parameters(const Json& config, const OptimizerType& type) {
  Json parameters = Json::object();
  for (const auto& [key, value] : config.as_object()) {
    if (!has_field(type.fields, key)) {
      check_optimizer_key(type.class_name, key, value);
    } else if (key == "learning_rate" && value.is_object()) {
      parameters[key] = our_schedule(value);
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
  OptimizerPtr optimizer = make_optimizer(type.class_name, our_parameters(json.at("config"), type));
  if (const SchedulePtr& schedule = optimizer->learning_rate().schedule) schedule->check_filled();
  return optimizer;
}

// Keras' factors by output; empty where there are none.
std::vector<double> read_loss_weights(const Json& json, const Graph& graph) {
  std::vector<double> weights;
  if (json.is_null() || ((json.is_array() || json.is_object()) && json.empty())) return weights;
  for (const Json& weight : by_output(json, graph)) weights.push_back(weight.is_null() ? 1 : weight.as_real());
  return weights;
}

// A name where it says all, else the object.
template <NamedKind Kind>
Json write_object(const std::shared_ptr<const Kind>& object) {
  std::string name(object->name());
  auto named = make_named<Kind>(name, {});
  if (named->class_name() == object->class_name() && named->config() == object->config()) return Json(name);
  return write_named(object.get(), keras_module(object.get()));
}

// One output has its value alone, several have a list.
Json join_outputs(Json::Array values) { return values.size() == 1 ? std::move(values[0]) : Json(std::move(values)); }

// Keras does not know ours.
bool is_keras_metric(const Metric& metric) { return metric.class_name() != ConfusionMatrix::class_name; }

Json write_metrics(const std::vector<std::vector<MetricPtr>>& by_output) {
  Json::Array all;
  for (const auto& of_output : by_output) {
    Json list = Json::array();
    for (const MetricPtr& metric : of_output) {
      if (is_keras_metric(*metric)) list.push_back(write_object(metric));
    }
    all.push_back(std::move(list));
  }
  return join_outputs(std::move(all));
}

}  // namespace

OptimizerPtr read_keras_optimizer_config(const Json& json) { return read_optimizer(json.at("optimizer")); }

CompileConfig read_keras_scores(const Json& json, const Graph& graph) {
  CompileConfig compile;
  compile.losses = read_losses(json.at("loss"), graph);
  compile.metrics = read_metrics(value_or_null(json, "metrics"), graph);
  const Json& weighted = value_or_null(json, "weighted_metrics");
  if (!weighted.empty()) compile.weighted_metrics = read_metrics(weighted, graph);
  compile.loss_weights = read_loss_weights(value_or_null(json, "loss_weights"), graph);
  check_compile(graph, compile);
  return compile;
}

Json write_keras_compile(const CompileConfig& compile) {
  Json::Array losses;
  for (const LossPtr& loss : compile.losses) losses.push_back(write_object(loss));
  Json json = Json::object();
  json["optimizer"] = write_named(compile.optimizer.get(), keras_module(compile.optimizer.get()));
  json["loss"] = join_outputs(std::move(losses));
  Json::Array weights(compile.loss_weights.begin(), compile.loss_weights.end());
  json["loss_weights"] = weights.empty() ? Json() : join_outputs(std::move(weights));
  json["metrics"] = write_metrics(compile.metrics);
  json["weighted_metrics"] = compile.weighted_metrics.empty() ? Json() : write_metrics(compile.weighted_metrics);
  json["run_eagerly"] = false;
  json["steps_per_execution"] = 1;
  json["jit_compile"] = false;
  return json;
}

}  // namespace sluice
