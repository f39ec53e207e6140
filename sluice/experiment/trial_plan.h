#pragma once

#include "sluice/experiment/experiment.h"

namespace sluice {

/// As `instantiate`, but throws PathError: the caller adds the place in the file.
TrialPlan build_trial_plan(const Experiment& experiment, const Json& values, const NamedShapes& inputs);

}  // namespace sluice
