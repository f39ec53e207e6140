#include "sluice/cli/check_command.h"

#include <fmt/format.h>

#include "sluice/cli/interrupt.h"
#include "sluice/cli/memory.h"
#include "sluice/cli/text.h"
#include "sluice/experiment/check.h"

namespace sluice::cli {
namespace {

std::string layers_text(const CheckResult& result) {
  std::vector<std::vector<std::string>> rows = {{"layer", "class", "output", "parameters", "FLOP"}};
  for (const CheckedLayer& layer : result.layers) {
    rows.push_back(
        {layer.name, layer.class_name, to_string(layer.shape), count_text(layer.parameters), count_text(layer.flop)});
  }
  return table_text(rows);
}

std::string rows_text(const CheckResult& result) {
  return fmt::format("{} for training, {} for validation, {} for the test ({})", count_text(result.train_rows),
                     count_text(result.validation_rows), count_text(result.test_rows), bytes_text(result.data_memory));
}

std::string memory_text(const CheckResult& result) {
  if (!result.memory) return "more than there is";
  const bool measured = result.epoch_seconds || result.diverges;
  return bytes_text(*result.memory) + " a trial" + (measured ? "" : ", more than there is");
}

/// How long it takes; without that where it cannot be measured.
std::string time_text(const CheckResult& result) {
  auto about = [](const std::optional<double>& seconds, const char* where) {
    return seconds ? ": about " + duration_text(*seconds) + where : std::string();
  };
  std::string epoch = result.diverges ? "; diverges at once with the defaults" : "";
  if (result.epoch_seconds) epoch = ", about " + duration_text(*result.epoch_seconds) + " on one core";
  auto counted = [](int64_t count, const char* what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
  };
  return fmt::format(
      "an epoch    {} in batches of {}: {}{}\n"
      "a trial     {}{}\n"
      "the study   {}{}\n",
      count_text(result.train_rows), result.batch_size, flop_text(static_cast<double>(result.epoch_cost)), epoch,
      counted(result.epochs, "epoch"), about(result.trial_seconds, ""), counted(result.trials, "trial"),
      about(result.study_seconds, " of one core, if none is pruned"));
}

std::string result_text(const CheckResult& result) {
  return fmt::format(
             "{}\n"
             "parameters  {}\n"
             "a row       {} forward\n"
             "rows        {}\n"
             "memory      {}\n",
             layers_text(result), count_text(result.parameters), flop_text(static_cast<double>(result.flop)),
             rows_text(result), memory_text(result)) +
         time_text(result);
}

}  // namespace

CommandResult run_check(const CheckRequest& request, const CommonOptions& common, Progress& progress) {
  Experiment experiment = read_experiment(request.experiment, request.set);
  ExperimentData data = load_experiment_data(experiment, common.data_dir);
  check_interrupt();
  CheckResult result = check_experiment(experiment, data, available_memory(), &watch_interrupts());
  for (const std::string& advice : result.advice) progress.warn(advice);
  return {.json = to_json(result), .text = result_text(result), .error = {}};
}

}  // namespace sluice::cli
