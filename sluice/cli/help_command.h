#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Returns the overview, or the help of a command or topic. Throws Error(invalid_argument) with the nearest known
/// topic.
CommandResult run_help(const HelpRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
