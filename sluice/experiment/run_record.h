#pragma once

#include <string>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/base/json.h"

namespace sluice {

/// What a run of training left in its record: docs/formats/run.md.
struct RunRecord {
  struct Epoch {
    int64_t epoch;   ///< From 1.
    Json metrics;    ///< By name: loss, accuracy, val_loss, …
    double seconds;  ///< Spent in training steps since the run began.
  };

  std::string name;
  std::string status;         ///< completed, interrupted, failed, running, killed, or damaged.
  Json facts;                 ///< The first line: experiment, seed, data, … An empty map when damaged.
  std::vector<Epoch> epochs;  ///< Those that were finished and are on disk.
  Json end;                   ///< The last line, null where there is none.
  std::string fault;          ///< What is wrong with a damaged record.

  /// Seconds from begin to end; without an end those that are known of.
  double seconds() const;
};

/// Reads all records of a folder, the newest last. A folder that does not exist has none.
std::vector<RunRecord> read_runs(const Path& folder);

/// Reads the record whose name is or begins with `given`. Throws Error(not_found) naming the nearest runs, and
/// Error(invalid_argument) when several begin so or the record is damaged.
RunRecord find_run(const Path& folder, const std::string& given);

/// A fact in which two runs differ; null where one has none.
struct RunDifference {
  std::string name;  ///< Such as "seed", "fit.batch_size", "model.3.Conv2D.filters" or "data.train".
  Json a;
  Json b;
};

/// What two runs had different from the beginning: version, seed, threads, data, and all values of the experiment.
std::vector<RunDifference> run_differences(const RunRecord& a, const RunRecord& b);

}  // namespace sluice
