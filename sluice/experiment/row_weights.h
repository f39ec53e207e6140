#pragma once

#include "sluice/data/dataset.h"
#include "sluice/experiment/experiment.h"

namespace sluice {

/// Binds training rows to the plan's model, and sets what each counts in the loss of each output: its weight in the
/// data times that of its class. A label of several outputs has the class of the largest.
///
/// Throws Error(invalid_argument), for a weight that is no finite number >= 0 with its row.
Examples bind_training_rows(const TrialPlan& plan, const Dataset& rows);

}  // namespace sluice
