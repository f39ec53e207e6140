#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Writes a study in the format of another tool. Throws as `summarize_study` and `export_to_tensorboard`.
CommandResult run_export(const ExportRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
