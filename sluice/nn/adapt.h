#pragma once

#include <atomic>

#include "sluice/nn/model.h"

namespace sluice {

/// Shows all rows to the layers that take statistics of their inputs (see AdaptiveLayer), one layer after the other in
/// the order of the graph, and writes their weights. A shared layer sees the inputs of its first call. The result
/// depends on graph, rows and weights alone. Throws Error(interrupted) when `stop` is set.
void adapt(const Graph& graph, const Examples& examples, Tensor& weights, const std::atomic<bool>* stop = nullptr);

}  // namespace sluice
