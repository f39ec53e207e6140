#pragma once

#include <vector>

#include "sluice/base/json.h"
#include "sluice/nn/graph.h"

namespace sluice {

/// A graph and the order in which Keras lists its layers (indices into Graph::layers()).
struct KerasGraph {
  Graph graph;
  std::vector<int> order;
};

/// Reads a Sequential or Functional model from Keras' config.json. Throws Error(invalid_argument) naming layer and
/// parameter for anything that is not known.
KerasGraph read_keras_graph(const Json& model);

/// Returns config.json without the compile configuration: Sequential where the graph is sequential, else Functional.
Json write_keras_graph(const Graph& graph);

}  // namespace sluice
