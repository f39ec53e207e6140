#include "sluice/cli/describe_model.h"

#include <algorithm>

#include "sluice/base/suggest.h"
#include "sluice/cli/text.h"

namespace sluice::cli {
namespace {

int64_t layer_parameters(const Graph& graph, int layer) {
  int64_t count = 0;
  for (const Variable& variable : graph.variables()) {
    if (variable.layer == layer) count += element_count(variable.spec.shape);
  }
  return count;
}

Json shape_json(const Shape& shape) {
  Json json = Json::array();
  for (int64_t size : shape) json.push_back(size);
  return json;
}

std::vector<std::string> input_names(const Graph& graph, const Graph::Node& node) {
  std::vector<std::string> names;
  for (int input : node.inputs) names.push_back(graph.node_name(input));
  return names;
}

/// How many calls of the same layer come before a node.
int64_t call_number(const Graph& graph, int node) {
  const auto begin = graph.nodes().begin();
  const int layer = graph.nodes()[node].layer;
  return std::count_if(begin, begin + node, [&](const Graph::Node& other) { return other.layer == layer; });
}

/// The name of a node's layer, with the number of the call where it is called again: "encoder", "encoder#2".
std::string call_name(const Graph& graph, int node) {
  const int64_t number = call_number(graph, node);
  return graph.node_name(node) + (number == 0 ? "" : "#" + std::to_string(number + 1));
}

Json names_json(const std::vector<std::string>& names) {
  Json json = Json::array();
  for (const std::string& name : names) json.push_back(name);
  return json;
}

Json node_json(const Graph& graph, const Graph::Node& node) {
  const auto& entry = graph.layers()[static_cast<size_t>(node.layer)];
  Json json = Json::object();
  json["name"] = entry.name;
  json["class"] = entry.layer->class_name();
  json["config"] = entry.layer->config();
  json["inputs"] = names_json(input_names(graph, node));
  json["shape"] = shape_json(node.shape);
  json["parameters"] = layer_parameters(graph, node.layer);
  return json;
}

Json node_list_json(const Graph& graph, const std::vector<int>& nodes) {
  Json json = Json::array();
  for (int node : nodes) {
    Shape shape = graph.nodes()[static_cast<size_t>(node)].shape;
    json.push_back(Json::Object{{"name", graph.node_name(node)}, {"shape", shape_json(shape)}});
  }
  return json;
}

Json compile_json(const CompileConfig& compile) {
  Json json = Json::object();
  json["optimizer"] =
      compile.optimizer
          ? Json(Json::Object{{"class", compile.optimizer->class_name()}, {"config", compile.optimizer->config()}})
          : Json();
  json["losses"] = Json::array();
  json["metrics"] = Json::array();
  for (const LossPtr& loss : compile.losses) json["losses"].push_back(loss->name());
  for (const auto& list : compile.metrics) {
    Json names = Json::array();
    for (const MetricPtr& metric : list) names.push_back(metric->name());
    json["metrics"].push_back(names);
  }
  return json;
}

/// The parameters that are not at their defaults.
template <NamedKind Kind>
Json own_parameters(const Kind& object) {
  const Json config = object.config();
  Json parameters = Json::object();
  for (const FieldInfo& field : find_type<Kind>(object.class_name())->fields) {
    if (const Json& value = config.at(field.name); value != field.default_value) parameters[field.name] = value;
  }
  return parameters;
}

/// Its learning rate, and what is not at its default.
std::string optimizer_text(const Optimizer& optimizer) {
  Json parameters = own_parameters(optimizer);
  parameters["learning_rate"] = optimizer.learning_rate().value;
  if (const SchedulePtr& schedule = optimizer.learning_rate().schedule)
    parameters["learning_rate"] =
        std::string(schedule->class_name()) + "(" + params_text(own_parameters(*schedule)) + ")";
  return std::string(optimizer.class_name()) + " " + params_text(parameters);
}

/// How an output is trained and scored, such as "mse · 0.2, mae".
std::string scores_of_output(const CompileConfig& compile, size_t output) {
  std::string text(compile.losses[output]->name());
  if (const double weight = compile.loss_weight(output); weight != 1) text += " · " + value_text(weight);
  for (const auto* metrics : {&compile.metrics, &compile.weighted_metrics}) {
    if (metrics->empty()) continue;
    for (const MetricPtr& metric : (*metrics)[output]) text += ", " + metric->name();
  }
  return text;
}

std::string compile_text(const Graph& graph, const CompileConfig& compile) {
  std::string text = "compiled with " + (compile.optimizer ? optimizer_text(*compile.optimizer) : "no optimizer");
  if (compile.losses.size() == 1) return text + "; " + scores_of_output(compile, 0) + "\n";
  for (size_t i = 0; i < compile.losses.size(); ++i)
    text += "\n  " + graph.node_name(graph.outputs()[i]) + ": " + scores_of_output(compile, i);
  return text + "\n";
}

std::string layers_text(const Graph& graph) {
  bool chain = graph.sequential();
  std::vector<std::vector<std::string>> rows = {{"layer", "class", "output", "parameters"}};
  if (!chain) rows[0].push_back("reads");
  for (int i = 0; i < static_cast<int>(graph.nodes().size()); ++i) {
    const Graph::Node& node = graph.nodes()[i];
    const bool again = call_number(graph, i) > 0;
    rows.push_back({call_name(graph, i), std::string(graph.node_layer(i).class_name()), to_string(node.shape),
                    again ? "-" : count_text(layer_parameters(graph, node.layer))});
    std::vector<std::string> inputs;
    for (int input : node.inputs) inputs.push_back(call_name(graph, input));
    if (!chain) rows.back().push_back(join(inputs));
  }
  return table_text(rows);
}

/// The experiment by its name only.
std::string fact_text(const std::string& key, const Json& value) {
  const Json* name = value.find("name");
  if (name != nullptr) return value_text(*name);
  if (key == "experiment") return "without a name";
  return value.is_object() ? params_text(value) : value_text(value);
}

/// One line for each fact.
std::string facts_text(const Json& facts) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, value] : facts.as_object()) {
    if (!value.is_null()) rows.push_back({key, fact_text(key, value)});
  }
  return "\n" + table_text(rows);
}

}  // namespace

Json model_json(const Model& model, const Path& path) {
  Json json = Json::object();
  json["model"] = path.string();
  json["name"] = model.graph.name();
  json["parameters"] = model.graph.parameter_count();
  json["flop"] = model.graph.flop();
  json["inputs"] = node_list_json(model.graph, model.graph.inputs());
  json["outputs"] = node_list_json(model.graph, model.graph.outputs());
  json["layers"] = Json::array();
  for (const Graph::Node& node : model.graph.nodes()) json["layers"].push_back(node_json(model.graph, node));
  json["compile"] = model.compile ? compile_json(*model.compile) : Json();
  json["optimizer_steps"] = model.optimizer_state ? Json(model.optimizer_state->iterations) : Json();
  json["facts"] = model.facts;
  return json;
}

std::string model_text(const Model& model, const Path& path) {
  std::string text = path.string() + ": " + model.graph.name() + ", " + count_text(model.graph.parameter_count()) +
                     " parameters, " + flop_text(static_cast<double>(model.graph.flop())) + " a row\n\n" +
                     layers_text(model.graph) + "\n";
  if (model.compile) text += compile_text(model.graph, *model.compile);
  if (model.optimizer_state) text += "trained for " + count_text(model.optimizer_state->iterations) + " steps\n";
  if (model.facts.is_object()) text += facts_text(model.facts);
  return text;
}

}  // namespace sluice::cli
