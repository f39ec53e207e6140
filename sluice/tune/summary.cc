#include "sluice/tune/summary.h"

#include "sluice/base/error.h"
#include "sluice/tune/journal.h"
#include "sluice/tune/ledger.h"

namespace sluice {
namespace {

TrialState state_of(const TrialEntry& trial, const StudySummary& study) {
  if (trial.failed()) return TrialState::failed;
  if (trial.completed()) return TrialState::completed;
  if (study.ended) return TrialState::pruned;
  if (trial.segment_done && trial.number != 0) return TrialState::paused;
  if (study.running) return TrialState::running;
  return trial.records.empty() ? TrialState::waiting : TrialState::interrupted;
}

TrialSummary summarize(const TrialEntry& trial, const StudySummary& study) {
  TrialSummary summary{.number = trial.number,
                       .params = trial.params,
                       .state = state_of(trial, study),
                       .epochs = trial.epochs,
                       .records = trial.records,
                       .best_epoch = trial.best_epoch(study.objective),
                       .seconds = trial.seconds};
  if (summary.best_epoch > 0) summary.value = trial.records[static_cast<size_t>(summary.best_epoch - 1)].objective;
  if (trial.failed()) summary.message = trial.ended->message;
  return summary;
}

JobSummary summarize(const Json& job, const Ledger& ledger) {
  JobSummary summary{.trial = job.at("trial").as_integer(),
                     .first_epoch = job.at("first_epoch").as_integer(),
                     .last_epoch = job.at("last_epoch").as_integer(),
                     .slot = job.at("slot").as_integer(),
                     .start = job.at("start").as_integer(),
                     .cost = job.at("cost").as_integer()};
  if (const JobEntry* entry = ledger.job(job.at("job").as_integer())) summary.ended = *entry;
  return summary;
}

}  // namespace

std::string_view to_string(TrialState state) {
  switch (state) {
    case TrialState::running: return "running";
    case TrialState::interrupted: return "interrupted";
    case TrialState::waiting: return "waiting";
    case TrialState::paused: return "paused";
    case TrialState::completed: return "completed";
    case TrialState::pruned: return "pruned";
    case TrialState::failed: return "failed";
  }
  return "running";
}

StudySummary summarize_study(const Path& directory) {
  auto contents = read_journal(directory);
  if (contents.records.empty()) throw Error(ErrorCode::not_found, "no study in " + directory.string());
  Ledger ledger = read_ledger(directory, contents.records);
  StudySummary summary{.identity = ledger.identity(),
                       .objective = ledger.objective(),
                       .ended = ledger.ended(),
                       .running = study_is_running(directory),
                       .asked_trials = ledger.trials_asked(static_cast<int64_t>(ledger.decisions().size())),
                       .result = ledger.result()};
  summary.result.slots = ledger.identity().at("slots").as_integer();
  for (const TrialEntry& trial : ledger.trials()) {
    summary.trials.push_back(summarize(trial, summary));
  }
  for (const Json& decision : ledger.decisions()) {
    if (decision.at("kind").as_string() == "job") summary.jobs.push_back(summarize(decision, ledger));
  }
  return summary;
}

}  // namespace sluice
