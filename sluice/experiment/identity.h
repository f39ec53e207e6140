#pragma once

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"

namespace sluice {

/// Returns the facts about an experiment, by name, that make its results what they are, beside those that a study knows
/// itself: data, validation, data_seed, model, outputs, start, fit, constants, kernel_level, engine_version. The order
/// of keys in the file does not matter. Persistent: studies are identified by it.
Json identity_facts(const Experiment& experiment, const ExperimentData& data);

/// Returns the value with the keys of all maps in it in alphabetical order.
Json sorted_keys(const Json& json);

}  // namespace sluice
