#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"

namespace sluice {

/// One layer of a checked model.
struct CheckedLayer {
  std::string name;
  std::string class_name;
  std::vector<std::string> inputs;  ///< Names of the layers it reads.
  Shape shape;                      ///< Of the output, without the batch.
  int64_t parameters = 0;
  int64_t flop = 0;  ///< Forward, one row.
};

/// What can be told about an experiment without training it.
struct CheckResult {
  std::string name;
  std::vector<CheckedLayer> layers;
  int64_t parameters = 0;
  int64_t flop = 0;               ///< Forward, one row.
  std::optional<int64_t> memory;  ///< Bytes a trial takes at most, as `trial_memory` says.
  int64_t data_memory = 0;        ///< Bytes of the rows.
  int64_t train_rows = 0;
  int64_t validation_rows = 0;
  int64_t test_rows = 0;
  int64_t batch_size = 0;
  int64_t epochs = 0;
  uint64_t epoch_cost = 0;  ///< FLOP of an epoch, training and validation.
  /// Expected on one core of this machine, measured over a few steps; nothing where the memory is short.
  bool diverges = false;  ///< The first steps with the defaults do.
  std::optional<double> epoch_seconds;
  std::vector<std::string> advice;  ///< What looks like a mistake, see `advice_on`.
  int64_t trials = 0;
  std::optional<double> trial_seconds;  ///< The same for all epochs of trial 0.
  /// The same for all trials, none of which is pruned: the others take what trials of random parameters do, by their
  /// FLOP.
  std::optional<double> study_seconds;
};

/// Describes trial 0 after the checks that come before a study. Measures a few steps, about a second at most, where a
/// trial takes no more than `available` bytes, nothing standing for any number; keeps nothing.
CheckResult check_experiment(const Experiment& experiment, const ExperimentData& data,
                             std::optional<int64_t> available = {}, const std::atomic<bool>* stop = nullptr);

/// Writes the result as `check --json` prints it.
Json to_json(const CheckResult& result);

}  // namespace sluice
