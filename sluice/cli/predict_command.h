#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Writes a model's outputs for data. Throws Error(invalid_argument) when data and model do not fit, or when the output
/// has an ending that is not supported or cannot be written: before any work.
CommandResult run_predict(const PredictRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
