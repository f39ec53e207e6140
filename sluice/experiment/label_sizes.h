#pragma once

#include "sluice/data/dataset.h"
#include "sluice/experiment/experiment.h"

namespace sluice {

/// Checks that each loss of the plan can compare its output with the labels, by their shapes: where it cannot, the loss
/// is what does not fit. Labels that are missing are not looked at. Throws PathError at the loss.
void check_label_sizes(const TrialPlan& plan, const Dataset& rows);

}  // namespace sluice
