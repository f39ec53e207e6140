#pragma once

#include <cstdint>

#include "sluice/tune/decisions.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Checks, before anything is decided, that the trials of a study fit into the logical clock: the given ones, and those
/// with a parameter, or all of them, at the choice or the end of its range that costs most. More than a thousand trials
/// count as a thousand: nobody sees the end of more that are as long as that.
///
/// Throws Error(invalid_argument) when they do not.
void check_study_length(const SearchProblem& problem, int64_t trials, const TrialLengths& lengths);

}  // namespace sluice
