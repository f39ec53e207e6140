#pragma once

#include <map>
#include <vector>

#include "sluice/nn/graph.h"

namespace sluice {

/// Layers by their index in a graph.
using LayersByIndex = std::map<int, LayerPtr>;

/// The graph with other layers in place of some, which may be inputs, and with more inputs (nodes, by node) behind
/// those of some nodes. Names, nodes and weights stay. Throws Error(invalid_argument) naming a layer that cannot take
/// its input, or whose weights would have another shape.
Graph changed_graph(const Graph& graph, const LayersByIndex& layers, const std::map<int, std::vector<int>>& more = {});

}  // namespace sluice
