#pragma once

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"

namespace sluice {

/// Checks everything about trial 0 that can be known without training, and returns its plan: layers and shapes, losses,
/// labels of all rows, batch size.
///
/// Throws Error(invalid_argument) with the place in the file.
TrialPlan check_first_trial(const Experiment& experiment, const ExperimentData& data);

/// Checks what a study needs beyond: the objective is reported; every parameter works at the ends of its range (each of
/// its choices) with the others at their defaults or, as far as they were tried, other values; so do the enqueued
/// trials.
void check_search_trials(const Experiment& experiment, const ExperimentData& data);

}  // namespace sluice
