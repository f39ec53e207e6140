#include "sluice/tune/ledger.h"

#include <algorithm>
#include <utility>

#include "sluice/base/error.h"
#include "sluice/tune/journal.h"
#include "sluice/tune/records.h"

namespace sluice {
namespace {

FinishedTrial finished(const TrialEntry& trial) {
  return {trial.number, trial.params, trial.ended->value, trial.ended->best_epoch};
}

}  // namespace

bool TrialEntry::completed() const {
  if (!ended || ended->state == JobResult::State::failed) return false;
  return ended->state == JobResult::State::stopped || (segment_done && last_epoch == epochs);
}

int64_t TrialEntry::best_epoch(const Objective& objective) const {
  const EpochRecord* best = nullptr;
  for (const EpochRecord& record : records) {
    if (best == nullptr || objective.better(record.objective, best->objective)) best = &record;
  }
  return best == nullptr ? 0 : best->epoch;
}

void Ledger::add(const Json& record) {
  const std::string& kind = record.at("kind").as_string();
  if (kind == "study") return add_study(record);
  if (identity_.is_null()) throw invalid("a journal begins with a line of kind study, got " + kind);
  if (kind == "job") return add_job(record);
  if (kind == "pause" || kind == "end") return decisions_.push_back(record);
  if (kind == "epoch") return add_epoch(record);
  if (kind == "result") {
    bool stopped = record.at("stopped").as_bool();
    return end_job(record, {.state = stopped ? JobResult::State::stopped : JobResult::State::ended,
                            .value = record.at("value").as_real(),
                            .best_epoch = record.at("best_epoch").as_integer()});
  }
  if (kind == "fail") {
    return end_job(record, {.state = JobResult::State::failed,
                            .message = record.at("message").as_string(),
                            .host_failure = record.at("host").as_bool()});
  }
  throw invalid("unknown kind of line \"" + kind + "\"");
}

void Ledger::add_study(const Json& record) {
  int64_t version = record.at("version").as_integer();
  if (version > journal_version) {
    throw invalid("the journal has version " + std::to_string(version) + ", this program knows versions up to " +
                  std::to_string(journal_version));
  }
  asked_.push_back({static_cast<int64_t>(decisions_.size()), record.at("trials").as_integer()});
  if (!identity_.is_null()) return;
  identity_ = record.at("identity");
  objective_ = Objective::parse(identity_.at("objective").as_string());
}

void Ledger::add_job(const Json& record) {
  decisions_.push_back(record);
  auto number = static_cast<size_t>(record.at("trial").as_integer());
  if (number > trials_.size()) throw invalid("the job of a trial that does not follow the one before");
  if (number == trials_.size()) {
    trials_.push_back({.number = record.at("trial").as_integer(),
                       .params = record.at("params"),
                       .epochs = record.at("epochs").as_integer()});
  }
  TrialEntry& trial = trials_[number];
  trial.last_job = record.at("job").as_integer();
  trial.last_epoch = record.at("last_epoch").as_integer();
  trial.segment_done = false;
}

TrialEntry& Ledger::trial_of(const Json& record) {
  auto number = static_cast<size_t>(record.at("trial").as_integer());
  if (number >= trials_.size()) throw invalid("trial " + record.at("trial").dump() + " was never started");
  return trials_[number];
}

void Ledger::add_epoch(const Json& record) {
  TrialEntry& trial = trial_of(record);
  EpochRecord epoch{record.at("epoch").as_integer(), record.at("metrics"), record.at("objective").as_real()};
  if (const Json* seconds = record.find("seconds")) epoch.seconds = seconds->as_real();
  if (epoch.epoch != static_cast<int64_t>(trial.records.size()) + 1) {
    throw invalid("trial " + std::to_string(trial.number) + " cannot have epoch " + std::to_string(epoch.epoch) +
                  " after " + std::to_string(trial.records.size()));
  }
  trial.seconds += epoch.seconds;
  trial.unended_seconds += epoch.seconds;
  trial.records.push_back(std::move(epoch));
}

void Ledger::end_job(const Json& record, JobEntry entry) {
  int64_t job = record.at("job").as_integer();
  TrialEntry& trial = trial_of(record);
  entry.seconds = record.at("seconds").as_real();
  if (const Json* at = record.find("at"); at != nullptr && !at->is_null()) entry.at = at->as_real();
  // A job that went on in another process counts at least its epochs.
  double epochs = std::exchange(trial.unended_seconds, 0);
  trial.seconds += std::max(entry.seconds - epochs, 0.0);
  trial.segment_done = trial.segment_done || job == trial.last_job;
  trial.ended = entry;
  jobs_[job] = std::move(entry);
}

int64_t Ledger::trials_asked(int64_t decision) const {
  int64_t trials = 0;
  for (const TrialsEntry& entry : asked_) {
    if (entry.decisions <= decision) trials = entry.trials;
  }
  return trials;
}

const JobEntry* Ledger::job(int64_t index) const {
  auto found = jobs_.find(index);
  return found == jobs_.end() ? nullptr : &found->second;
}

bool Ledger::ended() const { return !decisions_.empty() && decisions_.back().at("kind").as_string() == "end"; }

StudyResult Ledger::result() const {
  StudyResult result;
  result.trials = static_cast<int64_t>(trials_.size());
  const TrialEntry* best = nullptr;
  for (const TrialEntry& trial : trials_) {
    if (trial.failed()) ++result.failed;
    if (!trial.completed()) continue;
    ++result.completed;
    if (best == nullptr || objective_.better(trial.ended->value, best->ended->value)) best = &trial;
  }
  if (best != nullptr) result.best = finished(*best);
  if (!trials_.empty() && trials_[0].completed()) result.default_trial = finished(trials_[0]);
  if (ended()) {
    result.pruned = result.trials - result.completed - result.failed;
    result.test = decisions_.back().at("test");
  }
  return result;
}

Ledger read_ledger(const Path& directory, const std::vector<Json>& records) {
  Ledger ledger;
  for (size_t line = 0; line < records.size(); ++line) {
    try {
      ledger.add(records[line]);
    } catch (const Error& error) {
      throw invalid(journal_path(directory).string() + ", line " + std::to_string(line + 1) + ": " + error.what());
    }
  }
  return ledger;
}

}  // namespace sluice
