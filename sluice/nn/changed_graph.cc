#include "sluice/nn/changed_graph.h"

#include "sluice/nn/layers/input.h"

namespace sluice {
namespace {

void check_weights(const Graph& graph, const Graph& changed) {
  for (size_t i = 0; i < graph.variables().size(); ++i) {
    const Variable& variable = graph.variables()[i];
    const Shape& shape = changed.variables()[i].spec.shape;
    if (shape == variable.spec.shape) continue;
    const Graph::LayerEntry& entry = graph.layers()[variable.layer];
    throw invalid("[" + std::string(entry.layer->class_name()) + " " + entry.name + "] " + variable.spec.name +
                  " is of " + to_string(variable.spec.shape) + ", the input wants one of " + to_string(shape));
  }
}

}  // namespace

Graph changed_graph(const Graph& graph, const LayersByIndex& layers, const std::map<int, std::vector<int>>& more) {
  GraphBuilder builder(graph.name());
  std::vector<bool> called(graph.layers().size());
  for (int node = 0; node < static_cast<int>(graph.nodes().size()); ++node) {
    const int index = graph.nodes()[node].layer;
    const Graph::LayerEntry& entry = graph.layers()[index];
    const auto replacement = layers.find(index);
    const LayerPtr& layer = replacement == layers.end() ? entry.layer : replacement->second;
    std::vector<int> inputs = graph.nodes()[node].inputs;
    if (inputs.empty()) {
      builder.input(read_fields<Input>(layer->config()), entry.name);
      continue;
    }
    if (const auto found = more.find(node); found != more.end())
      inputs.insert(inputs.end(), found->second.begin(), found->second.end());
    if (called[index]) {
      builder.call_again(entry.name, inputs);
    } else {
      builder.call(layer, inputs, entry.name, entry.trainable);
    }
    called[index] = true;
  }
  Graph changed = builder.finish(graph.outputs());
  check_weights(graph, changed);
  return changed;
}

}  // namespace sluice
