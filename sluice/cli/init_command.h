#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Writes a first experiment file for some data. Throws Error(conflict) when the file is there already, and as the
/// readers of data do.
CommandResult run_init(const InitRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
