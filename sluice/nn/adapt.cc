#include "sluice/nn/adapt.h"

#include <algorithm>
#include <numeric>

#include "sluice/nn/adaptation.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/plan.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

/// The graph up to one of its nodes, which becomes the output. Its variables are the first ones of the whole.
Graph graph_up_to(const Graph& whole, int last) {
  GraphBuilder builder;
  int layers = 0;
  for (int node = 0; node <= last; ++node) {
    const auto& [layer, inputs, shape] = whole.nodes()[node];
    const auto& entry = whole.layers()[layer];
    if (inputs.empty()) {
      builder.input(shape, entry.name);
    } else if (layer < layers) {
      builder.call_again(entry.name, inputs);
    } else {
      builder.call(entry.layer, inputs, entry.name, entry.trainable);
    }
    layers = std::max(layers, layer + 1);
  }
  return builder.finish({last});
}

Tensor first_weights(const Graph& part, const Graph& whole, const Tensor& weights) {
  Tensor first(DType::float32, {part.weight_size()});
  for (size_t i = 0; i < part.variables().size(); ++i) {
    const Tensor from = variable_values(whole, weights, i);
    std::ranges::copy(from.values<float>(), variable_values(part, first, i).values<float>().begin());
  }
  return first;
}

/// Feeds the output of a graph for all rows, in their order.
void take_in(const Graph& graph, const Tensor& weights, const Examples& examples, const std::atomic<bool>* stop,
             Adaptation& adaptation) {
  KernelScope scope;
  const int64_t rows = examples.rows(), block = inference_block(graph);
  Plan plan(graph, nullptr, PlanMode::inference, std::min(block, rows));
  plan.prepare(weights.values<float>().data());
  std::vector<int64_t> row_index(static_cast<size_t>(block));
  for (int64_t first = 0; first < rows; first += block) {
    if (stop != nullptr && stop->load()) throw Error(ErrorCode::interrupted, "interrupted");
    const int64_t count = std::min(block, rows - first);
    std::iota(row_index.begin(), row_index.end(), first);
    plan.run({&examples, row_index.data(), count}, weights.values<float>().data());
    adaptation.add(plan.output(0), count);
  }
}

std::vector<std::span<float>> layer_weights(const Graph& graph, int layer, const Tensor& weights) {
  std::vector<std::span<float>> arrays;
  for (size_t i = 0; i < graph.variables().size(); ++i) {
    if (graph.variables()[i].layer == layer) arrays.push_back(variable_values(graph, weights, i).values<float>());
  }
  return arrays;
}

/// The first call of a layer.
int first_call(const Graph& graph, int layer) {
  auto found = std::ranges::find_if(graph.nodes(), [&](const Graph::Node& node) { return node.layer == layer; });
  return static_cast<int>(found - graph.nodes().begin());
}

}  // namespace

void adapt(const Graph& graph, const Examples& examples, Tensor& weights, const std::atomic<bool>* stop) {
  for (int layer = 0; layer < static_cast<int>(graph.layers().size()); ++layer) {
    const auto* adaptive = dynamic_cast<const AdaptiveLayer*>(graph.layers()[layer].layer.get());
    if (adaptive == nullptr) continue;
    const int input = graph.nodes()[first_call(graph, layer)].inputs[0];
    const auto adaptation = adaptive->adaptation(graph.nodes()[input].shape);
    if (adaptation == nullptr) continue;
    const Graph before = graph_up_to(graph, input);
    take_in(before, first_weights(before, graph, weights), examples, stop, *adaptation);
    adaptation->write(layer_weights(graph, layer, weights));
  }
}

}  // namespace sluice
