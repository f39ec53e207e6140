#pragma once

#include "sluice/cli/command_result.h"
#include "sluice/cli/progress.h"
#include "sluice/cli/requests.h"

namespace sluice::cli {

/// Trains the model of an experiment and writes it. Throws as `run_training`.
CommandResult run_train(const TrainRequest& request, const CommonOptions& common, Progress& progress);

}  // namespace sluice::cli
