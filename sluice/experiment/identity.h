#pragma once

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"

namespace sluice {

/// Returns the facts about an experiment, by name, that make its results what they are, beside those that a study knows
/// itself: data, validation, data_seed, model, start, fit, uses, constants, kernel_level, engine_version. `plan` is
/// that of trial 0.
///
/// The facts are of what a file means, not of how it says so: model and fit are those of trial 0 without parameters at
/// their defaults; `uses` are the places where names stand. Persistent: studies are identified by it.
Json identity_facts(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan);

}  // namespace sluice
