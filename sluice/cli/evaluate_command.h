#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Scores a model on data by the loss and metrics of the request, else the model's, else those that suit the labels.
/// Throws Error(invalid_argument) when data, model and scores do not fit.
CommandResult run_evaluate(const EvaluateRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
