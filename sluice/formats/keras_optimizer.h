#pragma once

#include <optional>
#include <vector>

#include "sluice/formats/hdf5.h"
#include "sluice/nn/model.h"

namespace sluice {

/// The optimizer's state in model.weights.h5: `/optimizer/vars/<i>`: 0 is the number of steps taken, 1 the learning
/// rate unless a schedule says it, then the slots for the trainable weights in the order of `order` (see KerasGraph):
/// slots that Keras makes together weight by weight, one after the other else. Last come numbers such as Nadam's.

/// Writes the state; without slots when there is no state, as Keras does before the first step.
void write_keras_optimizer(Hdf5Writer& file, const Graph& graph, const Optimizer& optimizer,
                           const std::optional<OptimizerState>& state, const std::vector<int>& order);

/// Reads the state; none when the file has another number of variables than this optimizer. Throws
/// Error(invalid_argument) naming the variable when one has another shape.
std::optional<OptimizerState> read_keras_optimizer(const Hdf5Reader& file, const Graph& graph,
                                                   const Optimizer& optimizer, const std::vector<int>& order);

}  // namespace sluice
