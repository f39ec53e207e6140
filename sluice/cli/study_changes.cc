#include "sluice/cli/study_changes.h"

namespace sluice::cli {
namespace {

using Kind = StudyEvent::Kind;

StudyEvent event_of(Kind kind, const TrialSummary& trial) {
  StudyEvent event{.kind = kind, .trial = trial.number, .params = trial.params, .epochs = trial.epochs};
  if (!trial.records.empty()) event.epoch = trial.records.back();
  event.value = trial.value;
  event.message = trial.message;
  return event;
}

/// What a trial does that does not run.
std::optional<Kind> kind_of(TrialState state) {
  switch (state) {
    case TrialState::paused: return Kind::trial_paused;
    case TrialState::completed: return Kind::trial_finished;
    case TrialState::failed: return Kind::trial_failed;
    default: return std::nullopt;
  }
}

void add_changes(const TrialSummary* before, const TrialSummary& now, std::vector<StudyEvent>& events) {
  const bool ran = before != nullptr && before->state == TrialState::running;
  if (now.state == TrialState::running) {
    if (!ran) events.push_back(event_of(Kind::trial_started, now));
    if (ran && before->records.size() < now.records.size()) events.push_back(event_of(Kind::epoch_done, now));
    return;
  }
  const std::optional<Kind> kind = kind_of(now.state);
  if (kind && (before == nullptr || before->state != now.state)) events.push_back(event_of(*kind, now));
}

}  // namespace

std::vector<StudyEvent> study_changes(const StudySummary& before, const StudySummary& now) {
  std::vector<StudyEvent> events;
  for (const TrialSummary& trial : now.trials) {
    const auto number = static_cast<size_t>(trial.number);
    const bool known = number < before.trials.size();
    if (before.trials.empty() && trial.state != TrialState::running) continue;
    add_changes(known ? &before.trials[number] : nullptr, trial, events);
  }
  for (StudyEvent& event : events) {
    event.started = now.result.trials;
    event.completed = now.result.completed;
    event.failed = now.result.failed;
    if (now.result.best) event.best = now.result.best->value;
  }
  return events;
}

}  // namespace sluice::cli
