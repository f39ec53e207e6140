#include "sluice/tune/study_jobs.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <utility>

#include "sluice/base/error.h"
#include "sluice/tune/records.h"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds patience{50};

/// Keeps what the thrower says of the size, if anything.
std::string memory_message(const std::bad_alloc& error) {
  std::string said = error.what();
  return said.starts_with("out of memory") ? said : "out of memory";
}

/// Returns the outcome of a job whose runner threw; throws on what must stop the study.
SegmentOutcome outcome_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::bad_alloc& thrown) {
    return {SegmentOutcome::State::failed, memory_message(thrown), true};
  } catch (const CheckpointError&) {
    throw;
  } catch (const Error& thrown) {
    if (thrown.code() == ErrorCode::io || thrown.code() == ErrorCode::internal) throw;
    if (thrown.code() == ErrorCode::interrupted) return {SegmentOutcome::State::interrupted, thrown.what()};
    return {SegmentOutcome::State::failed, thrown.what()};
  } catch (const std::exception& thrown) {
    throw Error(ErrorCode::internal, thrown.what());
  }
}

bool ended_trial(const JobEntry& entry) { return entry.state != JobResult::State::ended; }

}  // namespace

/// Journals the epochs of one job.
class StudyJobs::Monitor final : public SegmentMonitor {
 public:
  Monitor(StudyJobs& jobs, Job job) : jobs_(jobs), job_(std::move(job)) {}

  int64_t epochs_done(std::span<const EpochRecord> records) override {
    jobs_.epochs_done(job_, records);
    const Objective& objective = jobs_.options_.objective;
    return jobs_.log_.read([&](const Ledger& ledger) { return ledger.trial(job_.trial).best_epoch(objective); });
  }

  bool stop_requested() const override { return jobs_.stop_.requested(); }

 private:
  StudyJobs& jobs_;
  Job job_;
};

StudyJobs::StudyJobs(const StudyOptions& options, Executor& executor, StudyLog& log, StopSignal& stop)
    : options_(options), executor_(executor), log_(log), stop_(stop) {}

StudyJobs::~StudyJobs() { abandon(); }

void StudyJobs::abandon() noexcept {
  stop_.halt();
  while (!running_.empty()) {
    if (auto completed = executor_.wait(patience)) running_.erase(completed->job);
  }
}

bool StudyJobs::has_ended(int64_t job) const {
  return log_.read([&](const Ledger& ledger) { return ledger.job(job) != nullptr; });
}

void StudyJobs::start(const Job& job) {
  auto latest = latest_.find(job.trial);
  if (latest != latest_.end() && !has_ended(latest->second)) {
    waiting_[job.trial].push_back(job);
    return;
  }
  int64_t former = latest == latest_.end() ? -1 : latest->second;
  latest_[job.trial] = job.index;
  if (has_ended(job.index)) return;
  if (former >= 0) {
    auto entry = log_.read([&](const Ledger& ledger) { return *ledger.job(former); });
    entry.seconds = 0;
    if (ended_trial(entry)) return journal_end(job, entry);
  }
  run(job);
}

void StudyJobs::start_waiting(int64_t trial) {
  auto jobs = std::exchange(waiting_[trial], {});
  for (const Job& job : jobs) start(job);
}

void StudyJobs::run(const Job& job) {
  make_directories(job.directory);
  EpochRecord last;
  const SegmentResume resume = log_.read([&](const Ledger& ledger) {
    const TrialEntry& trial = ledger.trial(job.trial);
    if (!trial.records.empty()) last = trial.records.back();
    return SegmentResume{static_cast<int64_t>(trial.records.size()), trial.best_epoch(options_.objective)};
  });
  if (job.first_epoch == 1) {
    tell({.kind = StudyEvent::Kind::trial_started,
          .trial = job.trial,
          .params = job.params,
          .epochs = job.epochs,
          .epoch = last});
  }
  auto& running = running_[job.index];
  running = {job, std::make_unique<Monitor>(*this, job)};
  executor_.submit(job, resume, *running.monitor);
}

void StudyJobs::epochs_done(const Job& job, std::span<const EpochRecord> records) {
  const auto wrong =
      std::ranges::find_if(records, [](const EpochRecord& record) { return !std::isfinite(record.objective); });
  std::vector<Json> lines;
  for (auto record = records.begin(); record != wrong; ++record)
    lines.push_back(epoch_record(job.index, job.trial, *record));
  log_.append(lines);
  for (auto record = records.begin(); record != wrong; ++record)
    tell({.kind = StudyEvent::Kind::epoch_done, .trial = job.trial, .params = job.params, .epoch = *record});
  if (wrong == records.end()) return;
  throw Error(ErrorCode::failed, "diverged: " + options_.objective.metric + " is " + std::to_string(wrong->objective) +
                                     " after epoch " + std::to_string(wrong->epoch));
}

bool StudyJobs::wait_for(const std::vector<int64_t>& jobs) {
  for (int64_t job : jobs) {
    while (!has_ended(job)) {
      if (stop_.requested()) return false;
      if (auto completed = executor_.wait(patience)) settle(*completed);
    }
  }
  return true;
}

void StudyJobs::drain() {
  while (!running_.empty()) {
    if (auto completed = executor_.wait(patience)) settle(*completed);
  }
}

void StudyJobs::settle(const CompletedJob& completed) {
  Job job = running_.extract(completed.job).mapped().job;
  SegmentOutcome outcome = completed.error ? outcome_of(completed.error) : completed.outcome;
  if (outcome.state == SegmentOutcome::State::interrupted) {
    if (stop_.requested()) return;
    throw Error(ErrorCode::internal, "trial " + std::to_string(job.trial) + " stopped without being asked to");
  }
  JobEntry entry = entry_of(job, outcome);
  entry.seconds = completed.seconds;
  entry.at = completed.at;
  journal_end(job, entry);
  tell_end(job, entry);
  start_waiting(job.trial);
}

JobEntry StudyJobs::entry_of(const Job& job, const SegmentOutcome& outcome) const {
  if (outcome.state == SegmentOutcome::State::failed) {
    return {.state = JobResult::State::failed, .message = outcome.message, .host_failure = outcome.host_failure};
  }
  TrialEntry trial = log_.read([&](const Ledger& ledger) { return ledger.trial(job.trial); });
  auto epoch = static_cast<int64_t>(trial.records.size());
  bool stopped = outcome.state == SegmentOutcome::State::stopped;
  if (epoch == 0 || (!stopped && epoch != job.last_epoch)) {
    throw Error(ErrorCode::internal, "trial " + std::to_string(job.trial) + " ended its segment at epoch " +
                                         std::to_string(epoch) + " instead of " + std::to_string(job.last_epoch));
  }
  int64_t best = trial.best_epoch(options_.objective);
  return {.state = stopped ? JobResult::State::stopped : JobResult::State::ended,
          .value = trial.records[static_cast<size_t>(best - 1)].objective,
          .best_epoch = best};
}

void StudyJobs::journal_end(const Job& job, const JobEntry& entry) {
  if (entry.state == JobResult::State::failed) return log_.append({fail_record(job.index, job.trial, entry)});
  auto epoch = log_.read([&](const Ledger& ledger) { return ledger.trial(job.trial).records.size(); });
  log_.append({result_record(job.index, job.trial, static_cast<int64_t>(epoch), job.epochs, entry)});
}

void StudyJobs::tell_end(const Job& job, const JobEntry& entry) {
  StudyEvent event{.trial = job.trial, .params = job.params, .message = entry.message};
  if (entry.state == JobResult::State::failed) {
    event.kind = StudyEvent::Kind::trial_failed;
    return tell(std::move(event));
  }
  bool finished = ended_trial(entry) || job.last_epoch == job.epochs;
  if (!finished && job.trial == 0) return;
  event.kind = finished ? StudyEvent::Kind::trial_finished : StudyEvent::Kind::trial_paused;
  event.value = entry.value;
  tell(std::move(event));
}

void StudyJobs::tell(StudyEvent event) {
  if (!options_.observe) return;
  std::lock_guard lock(observer_mutex_);
  StudyResult result = log_.read([](const Ledger& ledger) { return ledger.result(); });
  event.started = result.trials;
  event.completed = result.completed;
  event.failed = result.failed;
  if (result.best) event.best = result.best->value;
  options_.observe(event);
}

}  // namespace sluice
