#pragma once

#include "sluice/base/json.h"
#include "sluice/nn/model.h"

namespace sluice {

/// Reads from the entry `compile_config` of Keras' config.json a loss and metrics for each output of the graph, in all
/// the forms that Keras writes (names, objects, lists, maps by output); the optimizer stays null. Throws
/// Error(invalid_argument) saying what Sluice cannot express.
CompileConfig read_keras_scores(const Json& json, const Graph& graph);

/// Reads the optimizer from that entry. Throws as above, for an unknown class, say.
OptimizerPtr read_keras_optimizer_config(const Json& json);

/// The reverse: names where Keras has names for it.
Json write_keras_compile(const CompileConfig& compile);

}  // namespace sluice
