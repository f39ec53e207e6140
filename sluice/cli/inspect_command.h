#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Describes a model file, or a study by its folder. Throws Error(not_found) when there is neither.
CommandResult run_inspect(const InspectRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
