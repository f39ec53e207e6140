#pragma once

#include <cstdint>
#include <optional>

#include "sluice/experiment/experiment.h"

namespace sluice {

/// Returns the bytes that a trial takes at most, beside the program and the rows: weights, gradients, the optimizer's
/// slots, what the steps of training and of evaluation keep, and the file of a checkpoint or model that is being
/// written. Nothing when that is more than can be asked for.
std::optional<int64_t> trial_memory(const TrialPlan& plan);

}  // namespace sluice
