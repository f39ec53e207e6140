#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Describes an experiment without training it. Throws as `check_experiment`.
CommandResult run_check(const CheckRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
