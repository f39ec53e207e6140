#pragma once

#include <optional>

#include "sluice/nn/graph.h"
#include "sluice/nn/plan.h"

namespace sluice {

/// The graph that a plan of this mode computes in place of the one described, with the same nodes, weights and outputs;
/// nothing where it is that one. Other than described are:
///
/// - RandomCrop outside of training: as in Keras 3.15 it leaves images as they are, where the layers behind it can take
///   them and the outputs keep their shapes. Where not (and Keras fails), it crops the middle, as described.
/// - GlobalAveragePooling1D behind a mask (nn/step_masks.h), which takes the mean of the steps that count.
///
/// Throws Error(invalid_argument) where a mask acts on what is not supported: besides those of step_masks() a
/// BatchNormalization in training, and the loss and metrics of an output.
std::optional<Graph> planned_graph(const Graph& graph, PlanMode mode);

}  // namespace sluice
