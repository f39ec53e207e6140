#include "sluice/experiment/study_export.h"

#include <fmt/format.h>

#include "sluice/formats/tensorboard.h"
#include "sluice/tune/trial_times.h"

namespace sluice {
namespace {

using Scalars = std::vector<std::pair<std::string, double>>;

TensorboardStatus status_of(TrialState state) {
  switch (state) {
    case TrialState::completed:
    case TrialState::pruned: return TensorboardStatus::success;
    case TrialState::failed: return TensorboardStatus::failure;
    case TrialState::running: return TensorboardStatus::running;
    default: return TensorboardStatus::unknown;
  }
}

/// TensorBoard leaves out what is not finite, too.
Scalars scalars_of(const EpochRecord& record) {
  Scalars scalars;
  for (const auto& [name, value] : record.metrics.as_object()) {
    if (value.is_number()) scalars.emplace_back(name, value.as_real());
  }
  return scalars;
}

std::string events_of(const TrialSummary& trial, const TrialTimes& times) {
  const double start = times.start.value_or(0);
  std::string events = tensorboard_header(start) + tensorboard_hparams(start, trial.params);
  for (size_t i = 0; i < trial.records.size(); ++i)
    events += tensorboard_scalars(times.epochs[i], trial.records[i].epoch, scalars_of(trial.records[i]));
  return events + tensorboard_run_end(times.end.value_or(start), status_of(trial.state));
}

}  // namespace

void export_to_tensorboard(const StudySummary& study, const Path& folder) {
  if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder))
    throw Error(ErrorCode::conflict, folder.string() + " is not empty; name another folder with --to");
  const std::vector<TrialTimes> times = trial_times(study);
  for (const TrialSummary& trial : study.trials) {
    const TrialTimes& of_trial = times[static_cast<size_t>(trial.number)];
    const Path run = folder / fmt::format("trial-{}", trial.number);
    make_directories(run);
    const auto second = static_cast<int64_t>(of_trial.start.value_or(0));
    write_file(run / fmt::format("events.out.tfevents.{:010}.sluice", second), events_of(trial, of_trial));
  }
}

}  // namespace sluice
