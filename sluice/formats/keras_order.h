#pragma once

#include <vector>

#include "sluice/nn/graph.h"

namespace sluice {

/// The layers of a graph (indices into Graph::layers()) in the order in which Keras lists them as `model.layers`: by
/// their depth, counted from the outputs, then in the order of a depth-first walk from the outputs. Names in the
/// weights file and the order of optimizer variables follow it. Layers that no output depends on are left out, as Keras
/// does; inputs are always there.
std::vector<int> keras_layer_order(const Graph& graph);

/// The calls of a layer (node indices) that an output depends on, in the order of the graph.
std::vector<int> keras_calls(const Graph& graph, int layer);

}  // namespace sluice
