#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Lists the known data sets, or fetches one. Throws as `get_known_set`.
CommandResult run_datasets(const DatasetsRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
