#include "sluice/cli/train_command.h"

#include <fmt/format.h>

#include "sluice/base/write_check.h"
#include "sluice/cli/cores.h"
#include "sluice/cli/interrupt.h"
#include "sluice/cli/memory.h"
#include "sluice/cli/runs_command.h"
#include "sluice/cli/text.h"
#include "sluice/cli/train_progress.h"
#include "sluice/experiment/train.h"
#include "sluice/experiment/training.h"

namespace sluice::cli {
namespace {

Path model_path(const TrainRequest& request, const Experiment& experiment) {
  Path path = request.output.empty() ? Path(experiment.name + ".keras") : request.output;
  if (path.extension() != ".keras")
    throw invalid("--output " + path.string() + ": expected an ending that is supported: .keras");
  return path;
}

Json result_json(const TrainResult& result) {
  Json json = scores_to_json(result.scores);
  if (result.interrupted) json["stopped"] = "interrupted";
  if (!result.stopped_by.empty()) json["stopped"] = result.stopped_by;
  json["epochs"] = result.epochs;
  if (result.test) json["test"] = scores_to_json(*result.test);
  json["threads"] = result.threads;
  json["model"] = result.model.string();
  json["run"] = result.run.empty() ? Json() : Json(result.run);
  json["seconds"] = result.seconds;
  json["samples_per_second"] = result.samples_per_second;
  return json;
}

std::string result_text(const TrainResult& result) {
  std::string text = fmt::format("trained in {} on {}, {} samples/s\n", duration_text(result.seconds),
                                 result.threads == 1 ? "one thread" : fmt::format("{} threads", result.threads),
                                 count_text(static_cast<int64_t>(result.samples_per_second)));
  if (!result.stopped_by.empty()) text += fmt::format("ended by {} after epoch {}\n", result.stopped_by, result.epochs);
  const bool last = result.epoch == result.epochs;
  text += fmt::format("{:<12}", last ? "last epoch:" : fmt::format("epoch {}:", result.epoch)) +
          scores_text(scores_to_json(result.scores)) + "\n";
  if (result.test) text += "test:       " + scores_text(scores_to_json(*result.test)) + "\n";
  text += "model:      " + result.model.string() + "\n";
  return result.run.empty() ? text : text + "run:        " + result.run + "\n";
}

std::optional<Error> result_error(const TrainResult& result) {
  if (!result.interrupted) return std::nullopt;
  return Error(ErrorCode::interrupted,
               fmt::format("interrupted; the model after epoch {} is kept in {}; --resume goes on", result.epochs,
                           result.model.string()));
}

/// The folder of run records; empty, with a warning, where none can be written.
Path records_folder(Progress& progress) {
  try {
    check_writable_folder(runs_folder);
    return runs_folder;
  } catch (const Error& error) {
    progress.warn(std::string("no record of this run: ") + error.what());
    return {};
  }
}

}  // namespace

CommandResult run_train(const TrainRequest& request, const CommonOptions& common, Progress& progress) {
  Experiment experiment = read_experiment(request.experiment, request.set);
  Path output = model_path(request, experiment);
  const bool cut_off = check_training_output(output, request.resume);
  if (request.resume && !cut_off)
    progress.warn("no training of " + output.string() + " was cut off: --resume starts from the beginning");
  ExperimentData data = load_experiment_data(experiment, common.data_dir);
  check_interrupt();
  TrainProgress shown(progress, data.train.rows());
  TrainResult result = run_training(experiment, data,
                                    {.output = output,
                                     .resume = request.resume,
                                     .seed = common.seed.value_or(experiment.search.seed),
                                     .threads = request.threads,
                                     .cores = usable_cores(),
                                     .memory = available_memory(),
                                     .runs = records_folder(progress),
                                     .stop = &watch_interrupts(),
                                     .observe = [&](const TrainingProgress& state) { shown.observe(state); },
                                     .warn = [&](const std::string& message) { progress.warn(message); }});
  return {.json = result_json(result), .text = result_text(result), .error = result_error(result)};
}

}  // namespace sluice::cli
