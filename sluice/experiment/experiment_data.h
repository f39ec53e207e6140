#pragma once

#include <string>
#include <vector>

#include "sluice/data/dataset.h"
#include "sluice/experiment/experiment.h"

namespace sluice {

/// The rows of an experiment, and hashes of what they are made of.
struct ExperimentData {
  Dataset train;       ///< Without the rows held back for validation.
  Dataset validation;  ///< No rows when there is no validation.
  Dataset test;        ///< No rows when there is no test set. Only hashed until the end of a run.
  Json hashes;         ///< {"train", "validation" (where it is a source), "test"}: 32 hexadecimal digits each.
  /// The rows' numbers in their file: those held back for validation, then those of training. Empty when none were.
  std::vector<int64_t> split_order = {};

  /// The shape of one row of each input of the training rows.
  NamedShapes input_shapes() const;
};

/// Loads training, validation and test rows. `data_dir` (`--data-dir`) is where known data sets are looked up first;
/// may be empty.
///
/// Which rows are held back depends on `data.seed` and the number of rows only: the first of
/// `Random(seed, Purpose::validation_split).permutation(rows)`, in rising order.
///
/// Where validation rows are held back, all rows are checked against the model of trial 0 before: messages name the
/// rows of the file.
///
/// Throws Error(invalid_argument) with the place in the file, and Error(not_found) and Error(io) as `load_source`.
ExperimentData load_experiment_data(const Experiment& experiment, const Path& data_dir = {});

/// Returns the data with the rows held back for validation among the training rows again, as in their file.
ExperimentData in_file_order(const ExperimentData& data);

}  // namespace sluice
