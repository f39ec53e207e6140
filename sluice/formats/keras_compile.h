#pragma once

#include "sluice/base/json.h"
#include "sluice/nn/model.h"

namespace sluice {

/// Reads the entry `compile_config` of Keras' config.json: optimizer, and for each output of the graph a loss and
/// metrics, in all the forms that Keras writes (names, objects, lists, maps by output). Throws Error(invalid_argument)
/// saying what Sluice cannot express, such as a learning rate schedule.
CompileConfig read_keras_compile(const Json& json, const Graph& graph);

/// The reverse: names where Keras has names for it.
Json write_keras_compile(const CompileConfig& compile);

}  // namespace sluice
