#pragma once

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/tune/search_problem.h"
#include "sluice/tune/study.h"

namespace sluice {

/// Returns what makes a study this study: a map of facts by name, each in canonical form. `problem` holds the given
/// trials in the space's order.
Json study_identity(const StudyOptions& options, const SearchProblem& problem, int64_t slots);

/// Throws Error(conflict) naming the directory and the facts that differ, when any do.
void check_identity(const Json& journalled, const Json& present, const Path& directory);

}  // namespace sluice
