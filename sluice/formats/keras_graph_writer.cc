#include <algorithm>

#include "sluice/formats/keras_graph.h"
#include "sluice/formats/keras_layer.h"
#include "sluice/formats/keras_order.h"

namespace sluice {
namespace {

// A call as Keras names it: [layer, number of the call, number of the output].
Json node_reference(const Graph& graph, int node) {
  auto calls = keras_calls(graph, graph.nodes()[node].layer);
  auto call = std::find(calls.begin(), calls.end(), node) - calls.begin();
  return Json::Array{Json(graph.node_name(node)), Json(call), Json(0)};
}

Json node_references(const Graph& graph, const std::vector<int>& nodes) {
  if (nodes.size() == 1) return node_reference(graph, nodes[0]);
  Json references = Json::array();
  for (int node : nodes) references.push_back(node_reference(graph, node));
  return references;
}

Json tensor_argument(const Graph& graph, int node) {
  bool is_input = graph.nodes()[node].inputs.empty();
  Json config = Json::object();
  const std::vector<int64_t> open =
      is_input ? read_fields<Input>(graph.node_layer(node).config()).open : std::vector<int64_t>();
  config["shape"] = write_batch_shape(graph.nodes()[node].shape, open);
  config["dtype"] = is_input ? graph.node_layer(node).config().at("dtype") : Json("float32");
  config["keras_history"] = node_reference(graph, node);
  Json argument = Json::object();
  argument["class_name"] = "__keras_tensor__";
  argument["config"] = std::move(config);
  return argument;
}

// A layer of several inputs takes them as one list.
Json call_arguments(const Graph& graph, const std::vector<int>& inputs) {
  Json tensors = Json::array();
  for (int input : inputs) tensors.push_back(tensor_argument(graph, input));
  Json call = Json::object();
  call["args"] = inputs.size() == 1 ? tensors : Json(Json::Array{tensors});
  call["kwargs"] = Json::object();
  return call;
}

Json inbound_nodes(const Graph& graph, int layer) {
  Json nodes = Json::array();
  for (int node : keras_calls(graph, layer)) {
    const auto& inputs = graph.nodes()[node].inputs;
    if (!inputs.empty()) nodes.push_back(call_arguments(graph, inputs));
  }
  return nodes;
}

Json functional_config(const Graph& graph) {
  Json layers = Json::array();
  for (int layer : keras_layer_order(graph)) {
    Json entry = write_keras_layer(graph, keras_calls(graph, layer).at(0));
    entry["name"] = graph.layers()[layer].name;
    entry["inbound_nodes"] = inbound_nodes(graph, layer);
    layers.push_back(std::move(entry));
  }
  Json config = Json::object();
  config["name"] = graph.name();
  config["trainable"] = true;
  config["layers"] = std::move(layers);
  config["input_layers"] = node_references(graph, graph.inputs());
  config["output_layers"] = node_references(graph, graph.outputs());
  return config;
}

Json sequential_config(const Graph& graph) {
  Json layers = Json::array();
  for (int node = 0; node < static_cast<int>(graph.nodes().size()); ++node) {
    layers.push_back(write_keras_layer(graph, node));
  }
  Json config = Json::object();
  config["name"] = graph.name();
  config["trainable"] = true;
  config["dtype"] = "float32";
  config["layers"] = std::move(layers);
  const auto input = read_fields<Input>(graph.node_layer(graph.inputs()[0]).config());
  config["build_input_shape"] = write_batch_shape(input.shape, input.open);
  return config;
}

}  // namespace

Json write_keras_graph(const Graph& graph) {
  bool sequential = graph.sequential();
  Json model = Json::object();
  model["module"] = sequential ? "keras" : "keras.src.models.functional";
  model["class_name"] = sequential ? "Sequential" : "Functional";
  model["config"] = sequential ? sequential_config(graph) : functional_config(graph);
  model["registered_name"] = sequential ? Json() : Json("Functional");
  return model;
}

}  // namespace sluice
