#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Shows a study that another process runs, until it stops or the user does; then what it came to. Throws as
/// `summarize_study`.
CommandResult run_watch(const WatchRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
