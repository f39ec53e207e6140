#pragma once

#include <string>
#include <vector>

#include "sluice/experiment/experiment.h"

namespace sluice {

/// What looks like a mistake in a plan that can be trained all the same, one line each.
std::vector<std::string> advice_on(const TrialPlan& plan);

}  // namespace sluice
