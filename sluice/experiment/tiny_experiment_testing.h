#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "sluice/base/scratch_folder_testing.h"
#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"
#include "sluice/experiment/tune.h"

namespace sluice::testing {

/// Three classes of four numbers each, easy to tell apart, in `train.npz` (96 rows) and `test.npz` (32 rows) of a
/// folder.
void write_tiny_data(const Path& folder);

/// The text of an experiment on these data: 16 rows for validation, the parameters units and learning_rate, 3 epochs.
std::string tiny_text();

/// Experiment and data; the files need not outlive the call.
struct TinyExperiment {
  Experiment experiment;
  ExperimentData data;
};
TinyExperiment make_tiny_experiment(const std::vector<std::string>& overrides = {});

/// Options of a study in `directory` on so many threads.
TuneOptions tiny_options(const Path& directory, int64_t workers = 1);

/// Calls `work()` and returns the message of the Error it throws, "no error" without one.
template <class Work>
std::string error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace sluice::testing
