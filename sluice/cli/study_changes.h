#pragma once

#include <vector>

#include "sluice/tune/study.h"
#include "sluice/tune/summary.h"

namespace sluice::cli {

/// Returns what happened between two looks at a study, as `run_study` would have told it; `before` without trials: all
/// that runs now. What began and ended between them only ends.
std::vector<StudyEvent> study_changes(const StudySummary& before, const StudySummary& now);

}  // namespace sluice::cli
