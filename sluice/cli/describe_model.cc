#include "sluice/cli/describe_model.h"

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

/// Its learning rate, and what is not at its default.
std::string optimizer_text(const Optimizer& optimizer) {
  const Json config = optimizer.config();
  Json parameters = Json::object();
  for (const FieldInfo& field : find_type<Optimizer>(optimizer.class_name())->fields) {
    const Json& value = config.at(field.name);
    if (field.name == "learning_rate" || value != field.default_value) parameters[field.name] = value;
  }
  return std::string(optimizer.class_name()) + " " + params_text(parameters);
}

std::string compile_text(const CompileConfig& compile) {
  std::string text = "compiled with";
  if (compile.optimizer) text += " " + optimizer_text(*compile.optimizer) + ";";
  for (const LossPtr& loss : compile.losses) text += " " + std::string(loss->name());
  for (const auto& list : compile.metrics) {
    for (const MetricPtr& metric : list) text += ", " + metric->name();
  }
  return text + "\n";
}

std::string layers_text(const Graph& graph) {
  bool chain = graph.sequential();
  std::vector<std::vector<std::string>> rows = {{"layer", "class", "output", "parameters"}};
  if (!chain) rows[0].push_back("reads");
  for (const Graph::Node& node : graph.nodes()) {
    const auto& entry = graph.layers()[static_cast<size_t>(node.layer)];
    rows.push_back({entry.name, std::string(entry.layer->class_name()), to_string(node.shape),
                    count_text(layer_parameters(graph, node.layer))});
    if (!chain) rows.back().push_back(join(input_names(graph, node)));
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
  if (model.compile) text += compile_text(*model.compile);
  if (model.optimizer_state) text += "trained for " + count_text(model.optimizer_state->iterations) + " steps\n";
  if (model.facts.is_object()) text += facts_text(model.facts);
  return text;
}

}  // namespace sluice::cli
