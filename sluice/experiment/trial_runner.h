#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"
#include "sluice/tune/trial_runner.h"

namespace sluice {

/// Returns what trains the trials of an experiment, each on the thread that runs it. After an epoch, or some short
/// ones, it writes checkpoints (docs/formats/checkpoint.md) into the job's directory and removes those that are no
/// longer needed. Trials that run share `memory` bytes: one that needs more than all of them fails, one that needs more
/// than is left waits. `experiment` and `data` must outlive it.
std::unique_ptr<TrialRunner> make_trial_runner(const Experiment& experiment, const ExperimentData& data,
                                               std::optional<int64_t> memory = {});

}  // namespace sluice
