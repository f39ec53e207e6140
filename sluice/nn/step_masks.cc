#include "sluice/nn/step_masks.h"

#include <algorithm>
#include <array>
#include <set>

namespace sluice {
namespace {

using Nodes = std::vector<int>;
using Masks = std::vector<Nodes>;

template <size_t count>
bool is_one_of(std::string_view name, const std::array<std::string_view, count>& names) {
  return std::ranges::find(names, name) != names.end();
}

constexpr std::array<std::string_view, 18> passing = {
    "Activation", "AlphaDropout",       "BatchNormalization", "Dense",     "Dropout",
    "ELU",        "GaussianDropout",    "GaussianNoise",      "LeakyReLU", "GroupNormalization",
    "PReLU",      "LayerNormalization", "Normalization",      "ReLU",      "Rescaling",
    "Softmax",    "SpatialDropout1D",   "UnitNormalization"};
constexpr std::array<std::string_view, 4> joining = {"Add", "Subtract", "Average", "Concatenate"};
constexpr std::array<std::string_view, 4> refused = {"Softmax", "Multiply", "Maximum", "Minimum"};

bool begins(const Layer& layer) {
  return layer.class_name() == "Embedding" && layer.config().at("mask_zero").as_bool();
}

bool joins_steps(const Graph& graph, int node) {
  if (graph.node_layer(node).class_name() != "Concatenate") return false;
  const int64_t axis = graph.node_layer(node).config().at("axis").as_integer();
  return axis != -1 && axis != static_cast<int64_t>(graph.nodes()[node].shape.size());
}

void check(const Graph& graph, int node, const Masks& masks) {
  const auto& inputs = graph.nodes()[node].inputs;
  if (std::ranges::all_of(inputs, [&](int input) { return masks[input].empty(); })) return;
  const std::string_view name = graph.node_layer(node).class_name();
  if (is_one_of(name, refused) || joins_steps(graph, node)) {
    throw invalid("[" + std::string(name) + " " + graph.node_name(node) +
                  "] the mask of an Embedding with mask_zero acts on this layer, which is not supported");
  }
}

// Where one input has no mask, the result has none.
Nodes joined(const Nodes& inputs, const Masks& masks) {
  std::set<int> all;
  for (int input : inputs) {
    if (masks[input].empty()) return {};
    all.insert(masks[input].begin(), masks[input].end());
  }
  return {all.begin(), all.end()};
}

}  // namespace

std::vector<std::vector<int>> step_masks(const Graph& graph) {
  Masks masks;
  for (int node = 0; node < static_cast<int>(graph.nodes().size()); ++node) {
    check(graph, node, masks);
    const Layer& layer = graph.node_layer(node);
    const Nodes& inputs = graph.nodes()[node].inputs;
    const bool goes_on = is_one_of(layer.class_name(), passing) || is_one_of(layer.class_name(), joining);
    masks.push_back(begins(layer) ? inputs : goes_on ? joined(inputs, masks) : Nodes{});
  }
  return masks;
}

}  // namespace sluice
