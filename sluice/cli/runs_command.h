#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Where `train` leaves its records.
inline constexpr const char* runs_folder = "runs";

/// Lists the recorded trainings, or compares two of them. Throws as `find_run`.
CommandResult run_runs(const RunsRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
