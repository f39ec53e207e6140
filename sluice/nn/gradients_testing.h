#pragma once

#include <vector>

#include "sluice/nn/graph.h"
#include "sluice/nn/model.h"

namespace sluice::testing {

/// Numbers between -1 and 1; each stream gives others.
Tensor random_tensor(Shape shape, uint32_t stream);

/// One output and the mean squared error.
CompileConfig squared_error();

/// Compares the gradient with central differences, weight by weight, at two distances: a kink (relu, maximum) nearby
/// shows in how the slopes on both sides differ, and such a weight is passed over; most must count. What may differ is
/// 2 % of the slope and 3 % of the largest one.
void expect_gradients(const Graph& graph, const CompileConfig& compile, const Examples& examples);

/// Input → Dense over the last dimension → the layer → mean squared error: gradients flow through the layer into Dense.
void expect_gradients(const LayerPtr& layer, const Shape& shape);

/// Input → convolution of few channels, whose result lies in lanes → the layer.
void expect_gradients_in_lanes(const LayerPtr& layer);

/// For each shape an input and a Dense; all go into the layer. `in_lanes` puts convolutions of few channels instead.
void expect_gradients_of_inputs(const LayerPtr& layer, const std::vector<Shape>& shapes, bool in_lanes = false);

}  // namespace sluice::testing
