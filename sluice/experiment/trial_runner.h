#pragma once

#include <memory>

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"
#include "sluice/tune/trial_runner.h"

namespace sluice {

/// Returns what trains the trials of an experiment, each on the thread that runs it. After every epoch it writes a
/// checkpoint (docs/formats/checkpoint.md) into the job's directory and removes those that are no longer needed.
/// `experiment` and `data` must outlive it.
std::unique_ptr<TrialRunner> make_trial_runner(const Experiment& experiment, const ExperimentData& data);

}  // namespace sluice
