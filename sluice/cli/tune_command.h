#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Runs a study to its end, or goes on with it. Throws as `run_tuning`; an interruption, or a study in which no trial
/// completed, is an error inside the result.
CommandResult run_tune(const TuneRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
