#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Shows the JSON Schema of experiment files.
CommandResult run_schema(const SchemaRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
