#include "sluice/cli/check_command.h"

#include <fmt/format.h>

#include "sluice/cli/interrupt.h"
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

std::string result_text(const CheckResult& result) {
  auto flop = [](auto value) { return flop_text(static_cast<double>(value)); };
  return fmt::format(
      "{}\n"
      "parameters  {}\n"
      "a row       {} forward\n"
      "rows        {}\n"
      "memory      {} a trial\n"
      "an epoch    {} in batches of {}: {}, about {} on one core\n"
      "a trial     {} epochs: about {}\n"
      "the study   {} trials: about {} of one core\n",
      layers_text(result), count_text(result.parameters), flop(result.flop), rows_text(result),
      result.memory ? bytes_text(*result.memory) : "more than there is", count_text(result.train_rows),
      result.batch_size, flop(result.epoch_cost), duration_text(result.epoch_seconds), result.epochs,
      duration_text(result.trial_seconds), result.trials,
      duration_text(result.trial_seconds * static_cast<double>(result.trials)));
}

}  // namespace

CommandResult run_check(const CheckRequest& request, const CommonOptions& common, Progress&) {
  Experiment experiment = read_experiment(request.experiment, request.set);
  ExperimentData data = load_experiment_data(experiment, common.data_dir);
  check_interrupt();
  CheckResult result = check_experiment(experiment, data, &watch_interrupts());
  return {.json = to_json(result), .text = result_text(result), .error = {}};
}

}  // namespace sluice::cli
