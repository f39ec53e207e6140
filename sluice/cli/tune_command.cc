#include "sluice/cli/tune_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "sluice/base/write_check.h"
#include "sluice/cli/cores.h"
#include "sluice/cli/interrupt.h"
#include "sluice/cli/memory.h"
#include "sluice/cli/text.h"
#include "sluice/cli/tune_progress.h"
#include "sluice/data/known_sets.h"
#include "sluice/engine/local/local_executor.h"
#include "sluice/experiment/tune.h"
#include "sluice/tune/journal.h"
#include "sluice/tune/ledger.h"

namespace sluice::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

void add_scores(Rows& rows, const std::optional<Json>& first, const std::optional<Json>& best) {
  const std::optional<Json>& names = best ? best : first;
  if (!names || !names->is_object()) return;
  for (const auto& [name, value] : names->as_object()) {
    auto text = [&name = name](const std::optional<Json>& scores) {
      const Json* score = scores ? scores->find(name) : nullptr;
      return score && score->is_number() ? score_text(score->as_real()) : "-";
    };
    rows.push_back({"test " + name, text(first), text(best)});
  }
}

/// The default beside the best: trial, parameters, value, scores on the test set.
std::string comparison_text(const TuneResult& result, const Objective& objective) {
  const auto& first = result.study.default_trial;
  const auto& best = result.study.best;
  Rows rows = {{"", "default", "best"}};
  rows.push_back({"trial", first ? std::to_string(first->trial) : "-", best ? std::to_string(best->trial) : "-"});
  for (const auto& [name, value] : best->params.as_object()) {
    const Json* other = first ? first->params.find(name) : nullptr;
    rows.push_back({name, other ? value_text(*other) : "-", value_text(value)});
  }
  rows.push_back({objective.metric, first ? score_text(first->value) : "-", best ? score_text(best->value) : "-"});
  add_scores(rows, result.default_test, result.best_test);
  return table_text(rows);
}

/// The test set as `--data` takes it from the working directory.
std::string test_source(const Experiment& experiment) {
  const Json& test = experiment.data.test;
  for (const char* key : {"images", "npz"}) {
    if (test.contains(key)) return std::filesystem::proximate(experiment.directory / test.at(key).as_string()).string();
  }
  bool known = test.is_string() && find_known_set(test.as_string().substr(0, test.as_string().find('/')));
  if (known) return test.as_string();
  return test.is_string() ? std::filesystem::proximate(experiment.directory / test.as_string()).string() : "FILE";
}

/// The command that uses the model, as a shell takes it.
std::string predict_command(const Experiment& experiment, const Path& model, bool several_outputs,
                            const Path& data_dir) {
  std::string ending = several_outputs ? ".npz" : ".npy";
  std::string command = "sluice predict " + shell_text(model.string()) + " --data " +
                        shell_text(test_source(experiment)) + " --output predictions" + ending;
  return data_dir.empty() ? command : command + " --data-dir " + shell_text(data_dir.string());
}

std::string result_text(const TuneResult& result, const Experiment& experiment, const Path& directory,
                        const Path& data_dir) {
  const StudyResult& study = result.study;
  std::string text = fmt::format("{}: {} trials, {} completed, {} pruned, {} failed, in {} with {} worker{}\n",
                                 directory.string(), study.trials, study.completed, study.pruned, study.failed,
                                 duration_text(result.seconds), result.workers, result.workers == 1 ? "" : "s");
  if (study.stopped == StopReason::timeout) text += "stopped at the timeout; the same command goes on\n";
  if (!study.best) return text;
  text += "\n" + comparison_text(result, experiment.search.objective) + "\n";
  if (!result.model) return text;
  if (result.report) text += "report:   " + result.report->string() + "\n";
  return text + "model:    " + result.model->string() +
         "\npredict:  " + predict_command(experiment, *result.model, result.outputs > 1, data_dir) + "\n";
}

/// What is wrong though there is a result.
std::optional<Error> result_error(const TuneResult& result, const Path& directory) {
  const StudyResult& study = result.study;
  if (study.stopped == StopReason::interrupted) {
    return Error(ErrorCode::interrupted,
                 "interrupted; results are kept in " + directory.string() + ", the same command goes on");
  }
  if (study.stopped == StopReason::ended && !study.best) {
    return Error(ErrorCode::failed,
                 fmt::format("no trial of {} completed: {} failed", directory.string(), study.failed));
  }
  return std::nullopt;
}

/// Checks, before data is read, that the study's folder can be made or written, unless it is only to be read.
void check_study_folder(const Path& directory, int64_t trials) {
  std::error_code error;
  if (std::filesystem::exists(directory, error)) {
    if (!std::filesystem::is_directory(directory))
      throw invalid("--study " + directory.string() + ": expected a folder, got a file");
    if (!may_hold_study(directory))
      throw invalid(directory.string() + " holds other files and no study; take another --study");
    if (!study_has_ended(directory, trials)) check_writable(directory / "journal.jsonl");
    return;
  }
  check_writable_folder(directory);
}

/// As many workers as asked for; else the smaller of the study's slots and the cores.
int64_t workers_of(const TuneRequest& request, const Experiment& experiment, const Path& directory) {
  constexpr int64_t most_workers = 4096;
  if (request.workers.value_or(1) > most_workers) {
    throw invalid("--workers: expected <= " + std::to_string(most_workers) + ", got " +
                  std::to_string(*request.workers));
  }
  if (request.workers) return *request.workers;
  Json identity = read_ledger(directory, read_journal(directory).records).identity();
  return std::min(study_slots(experiment.search.slots, identity, 1), usable_cores());
}

TuneOptions tune_options(const TuneRequest& request, const CommonOptions& common, const Path& directory,
                         int64_t workers) {
  TuneOptions options;
  options.directory = directory;
  options.trials = request.trials;
  options.seed = common.seed;
  if (request.timeout) options.timeout = std::chrono::duration<double>(*request.timeout);
  options.stop = &watch_interrupts();
  options.workers = workers;
  options.memory = available_memory();
  options.make_executor = [](TrialRunner& runner, int64_t useful) { return make_local_executor(runner, useful); };
  return options;
}

/// Says of a failure of the system, such as a full disk, that nothing is lost.
TuneResult tune_or_hint(const Experiment& experiment, const ExperimentData& data, const TuneOptions& options) {
  try {
    return run_tuning(experiment, data, options);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io || !may_hold_study(options.directory)) throw;
    throw Error(ErrorCode::io, std::string(error.what()) + "; results are kept in " + options.directory.string() +
                                   ", the same command goes on");
  }
}

}  // namespace

CommandResult run_tune(const TuneRequest& request, const CommonOptions& common, Progress& progress) {
  Experiment experiment = read_experiment(request.experiment, request.set);
  Path directory = request.study.empty() ? Path("studies") / experiment.name : request.study;
  int64_t trials = request.trials.value_or(experiment.search.trials);
  check_study_folder(directory, trials);
  int64_t workers = workers_of(request, experiment, directory);
  ExperimentData data = load_experiment_data(experiment, common.data_dir);
  check_interrupt();
  TuneOptions options = tune_options(request, common, directory, workers);
  TuneProgress::Facts facts{possible_trials(experiment, trials), workers, experiment.search.objective.metric};
  TuneProgress shown(progress, facts, *options.stop);
  if (progress.style() == ProgressStyle::plain)
    set_interrupt_notice(
        "stopping after the epochs that run; a second signal ends at once, the same command goes on\n");
  options.observe = [&](const StudyEvent& event) { shown.observe(event); };
  if (experiment.space.empty()) progress.warn("the experiment has no space: its trials differ in their seeds alone");
  TuneResult result = tune_or_hint(experiment, data, options);
  return {.json = to_json(result, directory),
          .text = result_text(result, experiment, directory, common.data_dir),
          .error = result_error(result, directory)};
}

}  // namespace sluice::cli
