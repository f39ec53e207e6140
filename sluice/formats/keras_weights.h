#pragma once

#include <string>
#include <vector>

#include "sluice/formats/hdf5.h"
#include "sluice/formats/keras_graph.h"
#include "sluice/nn/graph.h"

namespace sluice {

/// The weights in model.weights.h5: `/layers/<class in snake case>[_<n>]/vars/<i>`, where n counts the layers of one
/// class in the order of `order` (see KerasGraph); a layer's own name appears only as an attribute. Those of a nested
/// model lie below the model's group in the same way.

/// Writes the weights of every layer.
void write_keras_weights(Hdf5Writer& file, const Graph& graph, const Tensor& weights, const std::vector<int>& order);

/// Reads the flat weight array. Throws Error(invalid_argument) naming layer and weight when one is missing, has another
/// shape, or there are too many.
Tensor read_keras_weights(const Hdf5Reader& file, const KerasGraph& model);

/// Returns the variables of a layer (indices into Graph::variables()) in Keras' order.
std::vector<size_t> layer_variables(const Graph& graph, int layer);

}  // namespace sluice
