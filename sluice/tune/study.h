#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/tune/executor.h"
#include "sluice/tune/objective.h"
#include "sluice/tune/pruner/pruner.h"
#include "sluice/tune/sampler/sampler.h"
#include "sluice/tune/search_problem.h"
#include "sluice/tune/space.h"
#include "sluice/tune/study_result.h"
#include "sluice/tune/trial_runner.h"
#include "sluice/tune/warm_start.h"

namespace sluice {

/// Something that happened in a running study, for those who show progress.
struct StudyEvent {
  enum class Kind {
    warning,         ///< `message` says what.
    resumed,         ///< Earlier results were taken from the journal.
    trial_started,   ///< The trial's first segment was given to the executor; `epoch` is the last one it has, if any.
    epoch_done,      ///< `epoch` holds its record.
    trial_paused,    ///< The trial ended a segment and waits for the pruner.
    trial_finished,  ///< `value` is the trial's value.
    trial_failed,    ///< `message` says why.
    warm_started,    ///< `message` says from which trials of an earlier study.
  };
  Kind kind = Kind::warning;
  int64_t trial = -1;
  Params params;
  int64_t epochs = 0;  ///< Of the trial's whole training, when it starts.
  EpochRecord epoch;
  std::optional<double> value;
  std::string message;
  int64_t started = 0;    ///< Trials started so far.
  int64_t completed = 0;  ///< Trials that finished so far.
  int64_t failed = 0;
  std::optional<double> best;  ///< Value of the best trial that finished so far.
};

/// What a study searches, and how. Everything but `directory`, `trials`, `timeout`, `stop`, `at_end`, `at_stop` and
/// `observe` belongs to its identity.
struct StudyOptions {
  Path directory;  ///< Made when missing; holds `journal.jsonl` and `trials/NUMBER/`.
  int64_t trials = 20;
  std::optional<int64_t> slots;  ///< Nothing: as recorded in the directory, else the larger of 4 and the workers.
  uint64_t seed = 0;
  Objective objective;
  Space space;
  Json defaults = Json::object();  ///< Parameters of trial 0.
  std::vector<Json> enqueue;       ///< Parameters of trials 1, 2, …, before the sampler is asked.
  Json sampler = "random";         ///< A name or `{name: {parameters}}`.
  Json pruner = "none";
  EarlierStudy earlier;            ///< From whose trials the sampler learns, too.
  Json identity = Json::object();  ///< Further facts by name: data, model, fit, kernel level, engine version, …

  std::optional<std::chrono::duration<double>> timeout;
  const std::atomic<bool>* stop = nullptr;  ///< Set it, from a signal handler say, to interrupt the study.

  /// Called at an end, before it is journalled: reads the test set for `default_trial` and `best`, writes the model.
  /// What it returns is kept in the journal as `StudyResult::test`.
  std::function<Json(const StudyResult&)> at_end;
  /// Called when the study stops before its end, as the last thing while no other process can run it.
  std::function<void(const StudyResult&)> at_stop;
  /// Called from several threads, never from two at once.
  std::function<void(const StudyEvent&)> observe;
};

/// Runs a study to its end, or goes on with the one in the directory; see docs/formats/journal.md.
///
/// The same seed and slots give the same trials, winner and weights at any number of workers, and after a kill at any
/// moment. A study that has ended is not run again: fewer or as many trials give its result, more extend it. A timeout
/// or an interruption ends the call with `StudyResult::stopped` set; the same call goes on.
///
/// Throws PathError for parameters that do not fit the space or the search, Error(conflict) when the directory holds
/// another study (naming the facts that differ) or another process runs it, Error(invalid_argument) when its journal or
/// a checkpoint is damaged or the study is too long for the logical clock, Error(io) when the system fails (the study
/// can go on later), Error(internal) when the journal cannot have been written by this program.
StudyResult run_study(const StudyOptions& options, const TrialRunner& runner, Executor& executor);

/// Returns the slots asked for, else those in the journalled identity (null before there is one), else 4 or the number
/// of workers where that is more.
int64_t study_slots(std::optional<int64_t> asked, const Json& identity, int64_t workers);

/// Says that a study has fewer slots than workers.
std::string idle_workers_warning(int64_t workers, int64_t slots);

/// Returns true when the directory holds a study that has ended with so many trials or more: running it gives its
/// result and writes nothing. Throws as `read_journal`.
bool study_has_ended(const Path& directory, int64_t trials);

/// Makes the search problem of the options: what a sampler or pruner of your own is made with. Throws PathError for
/// parameters that do not fit the space.
SearchProblem search_problem(const StudyOptions& options);

/// As above with a sampler and a pruner of your own; `options.sampler` and `options.pruner` only name them in the
/// identity.
StudyResult run_study(const StudyOptions& options, const TrialRunner& runner, Executor& executor,
                      std::unique_ptr<Sampler> sampler, std::unique_ptr<Pruner> pruner);

}  // namespace sluice
