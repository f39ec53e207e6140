#include "sluice/nn/planned_graph.h"

#include <algorithm>

#include "sluice/nn/changed_graph.h"
#include "sluice/nn/layers/activation.h"
#include "sluice/nn/layers/global_pooling.h"
#include "sluice/nn/step_masks.h"

namespace sluice {
namespace {

bool same_outputs(const Graph& a, const Graph& b) {
  const auto same = [&](int one, int other) { return a.nodes()[one].shape == b.nodes()[other].shape; };
  return std::ranges::equal(a.outputs(), b.outputs(), same);
}

/// What leaves its input as it is, in place of each RandomCrop.
LayersByIndex without_crops(const Graph& graph) {
  LayersByIndex replacements;
  for (size_t layer = 0; layer < graph.layers().size(); ++layer) {
    if (graph.layers()[layer].layer->class_name() == "RandomCrop")
      replacements.emplace(static_cast<int>(layer), make(ActivationLayer{}));
  }
  return replacements;
}

std::optional<Graph> uncropped(const Graph& graph) {
  const LayersByIndex replacements = without_crops(graph);
  if (replacements.empty()) return std::nullopt;
  try {
    Graph whole = changed_graph(graph, replacements);
    if (same_outputs(whole, graph)) return whole;
  } catch (const Error&) {
    // A layer behind it cannot take the whole image.
  }
  return std::nullopt;
}

[[noreturn]] void refuse_mask(const Graph& graph, int node, const std::string& what) {
  throw invalid("[" + std::string(graph.node_layer(node).class_name()) + " " + graph.node_name(node) +
                "] the mask of an Embedding with mask_zero acts on " + what + ", which is not supported");
}

void check_masks(const Graph& graph, PlanMode mode, const std::vector<std::vector<int>>& masks) {
  for (int output : graph.outputs()) {
    if (!masks[output].empty() && mode != PlanMode::inference) refuse_mask(graph, output, "the loss of this output");
  }
  for (int node = 0; node < static_cast<int>(graph.nodes().size()); ++node) {
    const Graph::LayerEntry& entry = graph.layers()[graph.nodes()[node].layer];
    const bool normalizes = entry.layer->class_name() == "BatchNormalization" && entry.trainable;
    if (mode == PlanMode::training && normalizes && !masks[graph.nodes()[node].inputs[0]].empty())
      refuse_mask(graph, node, "the statistics of a batch");
  }
}

std::optional<Graph> masked(const Graph& graph, PlanMode mode) {
  const std::vector<std::vector<int>> masks = step_masks(graph);
  check_masks(graph, mode, masks);
  LayersByIndex replacements;
  std::map<int, std::vector<int>> indices;
  for (int node = 0; node < static_cast<int>(graph.nodes().size()); ++node) {
    const Graph::Node& call = graph.nodes()[node];
    const Layer& layer = *graph.layers()[call.layer].layer;
    if (layer.class_name() != "GlobalAveragePooling1D" || masks[call.inputs[0]].empty()) continue;
    if (layer.config().contains("data_format")) refuse_mask(graph, node, "steps that come last");
    replacements.emplace(call.layer, masked_average_pooling1d(layer.config().at("keepdims").as_bool()));
    indices[node] = masks[call.inputs[0]];
  }
  if (replacements.empty()) return std::nullopt;
  return changed_graph(graph, replacements, indices);
}

}  // namespace

std::optional<Graph> planned_graph(const Graph& graph, PlanMode mode) {
  std::optional<Graph> whole = mode == PlanMode::training ? std::nullopt : uncropped(graph);
  std::optional<Graph> counted = masked(whole ? *whole : graph, mode);
  return counted ? std::move(counted) : std::move(whole);
}

}  // namespace sluice
