#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"
#include "sluice/tune/study.h"

namespace sluice {

struct TuneOptions {
  Path directory;                 ///< Of the study; holds model.keras, journal.jsonl and checkpoints.
  std::optional<int64_t> trials;  ///< Instead of `search.trials`.
  std::optional<uint64_t> seed;   ///< Instead of `search.seed`.
  std::optional<std::chrono::duration<double>> timeout;  ///< Instead of `search.timeout`.
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const StudyEvent&)> observe = nullptr;  ///< From several threads, never from two at once.
  int64_t workers = 1;            ///< Asked for. A new study has as many slots, or 4 where that is more.
  std::optional<int64_t> memory;  ///< Bytes that all trials that run may take together; nothing: whatever they want.
  /// Makes what runs the trials, such as threads of this process, with so many workers: those asked for, but no more
  /// than the study has slots and memory has room for.
  std::function<std::unique_ptr<Executor>(TrialRunner&, int64_t workers)> make_executor;
};

/// What a study came to: the facts that `tune --json` prints.
struct TuneResult {
  StudyResult study;
  std::optional<Json> default_test;  ///< Scores of trial 0 on the test set, by name.
  std::optional<Json> best_test;     ///< Scores of the best trial on the test set.
  std::optional<Path> model;         ///< The best trial's model; nothing when there is none.
  std::optional<Path> report;        ///< An HTML file; nothing when it could not be written.
  int64_t outputs = 1;               ///< Of the model.
  double seconds = 0;                ///< Wall time of this call.
  int64_t workers = 1;
};

/// Searches the space of an experiment, or goes on with the study in the directory. All that can be known to be wrong
/// with trial 0, or with the ends of a parameter's range, is said before anything runs. Of a study that has ended the
/// result comes from the journal: without the winner's checkpoint, or in a folder that cannot be written, `model` is
/// what lies there, or nothing.
///
/// Throws as `run_study`; positions in the experiment file come before the message.
TuneResult run_tuning(const Experiment& experiment, const ExperimentData& data, const TuneOptions& options);

/// Writes the result as `tune --json` prints it: study, trials, completed, pruned, failed, best, default_test,
/// best_test, model, report, seconds, workers; and `stopped` where the study did not come to its end.
Json to_json(const TuneResult& result, const Path& directory);

}  // namespace sluice
