#pragma once

#include <string>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/nn/graph.h"

namespace sluice {

/// A graph and the order in which Keras lists its layers.
struct KerasGraph {
  Graph graph;
  std::vector<int> order;           ///< Indices into Graph::layers(); inputs are left out.
  std::vector<std::string> groups;  ///< Where the weights of each lie, such as "/layers/functional/layers/dense/vars".
};

/// Reads a Sequential or Functional model from Keras' config.json. Throws Error(invalid_argument) naming layer and
/// parameter for anything that is not known.
///
/// Models that are layers of others become layers of the one graph: a layer keeps its name where no other has it, and
/// has those of the models around it before it otherwise, such as "encoder_dense".
KerasGraph read_keras_graph(const Json& model);

/// Returns config.json without the compile configuration: Sequential where the graph is sequential, else Functional.
Json write_keras_graph(const Graph& graph);

}  // namespace sluice
