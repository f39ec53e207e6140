#pragma once

#include "sluice/experiment/experiment.h"

namespace sluice {

/// Checks that no callback of a training writes into the experiment file, a file of its data or model, the training's
/// output or the file of another callback. Throws Error(invalid_argument) with the place in the file.
void check_callback_files(const Experiment& experiment, const TrialPlan& plan, const Path& output);

}  // namespace sluice
