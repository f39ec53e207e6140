#pragma once

#include <vector>

#include "sluice/nn/graph.h"

namespace sluice {

/// The masks of Keras, which begin at an Embedding with `mask_zero`: for each node of the graph, the nodes of indices
/// that mask its result. A step counts where one of them is not 0; none: every step counts.
///
/// As in Keras a mask goes on through layers that treat each step alone (Dense, Activation, Dropout, normalisations, …)
/// and through Add, Subtract, Average and Concatenate, and ends at all others. Of what a mask acts on, the mean of
/// GlobalAveragePooling1D alone is there. Throws Error(invalid_argument) naming the layer where a mask meets another
/// that it acts on: Softmax, Multiply, Maximum, Minimum, Concatenate of steps.
std::vector<std::vector<int>> step_masks(const Graph& graph);

}  // namespace sluice
