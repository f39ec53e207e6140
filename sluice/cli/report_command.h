#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Writes the report of a study, running or not. Throws as `write_report`.
CommandResult run_report(const ReportRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
