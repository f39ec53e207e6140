#pragma once

#include <string>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/tune/summary.h"

namespace sluice::cli {

/// Returns all that a study's journal says: its identity, its trials with their epochs, its result so far.
Json study_json(const StudySummary& study, const Path& directory);

/// Returns a table of the trials and the result so far.
std::string study_text(const StudySummary& study, const Path& directory);

}  // namespace sluice::cli
