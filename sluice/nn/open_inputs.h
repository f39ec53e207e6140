#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sluice/nn/model.h"

namespace sluice {

/// The graph for rows of these shapes, by input name ("" names a single one): sizes that its inputs leave open
/// (Input::open) become those of the rows. [28, 28] suits an open [height, width, 1], too. Inputs that have no rows
/// here, or of another rank, stay as they are. Throws Error(invalid_argument) naming a layer that cannot take its
/// input.
Graph bound_graph(const Graph& graph, const std::vector<std::pair<std::string, Shape>>& rows);

/// As above, for rows of these arrays.
Graph bound_graph(const Graph& graph, const NamedTensors& inputs);

}  // namespace sluice
