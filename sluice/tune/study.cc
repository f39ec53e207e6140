#include "sluice/tune/study.h"

#include <algorithm>
#include <utility>

#include "sluice/base/error.h"
#include "sluice/base/random.h"
#include "sluice/tune/decisions.h"
#include "sluice/tune/identity.h"
#include "sluice/tune/pruner/registry.h"
#include "sluice/tune/records.h"
#include "sluice/tune/sampler/registry.h"
#include "sluice/tune/stop_signal.h"
#include "sluice/tune/study_jobs.h"
#include "sluice/tune/study_length.h"
#include "sluice/tune/study_log.h"

namespace sluice {
namespace {

void check_options(const StudyOptions& options) {
  if (options.trials < 1)
    throw PathError("/search/trials", "trials: expected >= 1, got " + std::to_string(options.trials));
  if (options.slots && *options.slots < 1) {
    throw PathError("/search/slots", "slots: expected >= 1, got " + std::to_string(*options.slots));
  }
  constexpr int64_t most_slots = 10000;
  if (options.slots && *options.slots > most_slots) {
    throw PathError("/search/slots", "slots: expected <= 10000, got " + std::to_string(*options.slots));
  }
}

/// Calls `count`, whose answer is 1 for parameters that do not work: running the trial will say why.
template <class Count>
auto count_or_one(Count count) {
  try {
    return count();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::io || error.code() == ErrorCode::internal) throw;
    return decltype(count()){1};
  }
}

TrialLengths lengths_of(const TrialRunner& runner) {
  return {[&runner](const Params& params) { return count_or_one([&] { return runner.epochs(params); }); },
          [&runner](const Params& params, int64_t first_epoch, int64_t last_epoch) {
            auto cost = count_or_one([&] { return runner.cost(params, first_epoch, last_epoch); });
            return std::max<uint64_t>(1, cost);
          }};
}

/// A study that runs.
class Study {
 public:
  Study(const StudyOptions& options, SearchProblem problem, Decisions decisions, StudyLog& log, int64_t slots,
        Executor& executor)
      : options_(options),
        problem_(std::move(problem)),
        decisions_(std::move(decisions)),
        log_(log),
        slots_(slots),
        stop_(options.timeout, options.stop),
        jobs_(options, executor, log, stop_) {}

  StudyResult run();
  void warn(const std::string& message) { jobs_.tell({.kind = StudyEvent::Kind::warning, .message = message}); }
  void tell_resumed() { jobs_.tell({.kind = StudyEvent::Kind::resumed}); }

 private:
  void decide_event();
  Json record_of(const Decision& decision) const;
  Json end_of(const Decision& decision, bool journalled) const;
  Job job_of(const Decision& decision) const;
  void start_decided();
  std::vector<JobResult> results_of(const std::vector<int64_t>& jobs) const;
  StudyResult result(StopReason reason) const;

  const StudyOptions& options_;
  SearchProblem problem_;
  Decisions decisions_;
  StudyLog& log_;
  int64_t slots_;
  std::vector<Job> decided_;  ///< Jobs not given to `jobs_` yet.
  StopSignal stop_;
  StudyJobs jobs_;
};

StudyResult Study::run() {
  while (true) {
    if (!log_.replaying() && stop_.requested()) break;
    decide_event();
    if (decisions_.ended()) {
      if (log_.trials_asked(0) <= decisions_.ended_with()) return result(StopReason::ended);
      continue;
    }
    if (!log_.replaying()) start_decided();
    auto due = decisions_.due();
    if (!log_.replaying() && !jobs_.wait_for(due)) break;
    decisions_.advance(results_of(due));
  }
  jobs_.drain();
  StudyResult stopped = result(stop_.reason());
  if (options_.at_stop) options_.at_stop(stopped);
  return stopped;
}

void Study::decide_event() {
  std::vector<Json> records;
  while (auto decision = decisions_.next(log_.trials_asked(records.size()))) {
    if (decision->kind == Decision::Kind::job) decided_.push_back(job_of(*decision));
    if (decision->kind == Decision::Kind::end) {
      records.push_back(end_of(*decision, log_.replaying(records.size())));
      break;
    }
    records.push_back(record_of(*decision));
  }
  log_.decide(records);
}

Json Study::record_of(const Decision& decision) const {
  if (decision.kind == Decision::Kind::pause) return pause_record(decision);
  return job_record(decision, decisions_.trials()[static_cast<size_t>(decision.trial)].params);
}

Json Study::end_of(const Decision& decision, bool journalled) const {
  StudyResult end = result(StopReason::ended);
  end.pruned = end.trials - end.completed - end.failed;
  bool reads_test = !journalled && options_.at_end;
  return end_record(decision, end, reads_test ? options_.at_end(end) : Json());
}

Job Study::job_of(const Decision& decision) const {
  return {.index = decision.job,
          .trial = decision.trial,
          .first_epoch = decision.first_epoch,
          .last_epoch = decision.last_epoch,
          .epochs = decision.epochs,
          .params = decisions_.trials()[static_cast<size_t>(decision.trial)].params,
          .seed = trial_seed(options_.seed, static_cast<uint64_t>(decision.trial)),
          .directory = options_.directory / "trials" / std::to_string(decision.trial)};
}

void Study::start_decided() {
  for (const Job& job : std::exchange(decided_, {})) jobs_.start(job);
}

std::vector<JobResult> Study::results_of(const std::vector<int64_t>& jobs) const {
  std::vector<JobResult> results;
  for (int64_t job : jobs) {
    auto entry = log_.read([&](const Ledger& ledger) {
      const JobEntry* found = ledger.job(job);
      return found == nullptr ? std::nullopt : std::optional(*found);
    });
    if (!entry) {
      throw Error(ErrorCode::internal, journal_path(options_.directory).string() + " does not fit this program: job " +
                                           std::to_string(job) + " has no result where a later decision needs it");
    }
    results.push_back({entry->state, entry->value});
  }
  return results;
}

StudyResult Study::result(StopReason reason) const {
  StudyResult result = log_.read([](const Ledger& ledger) { return ledger.result(); });
  result.stopped = reason;
  result.slots = slots_;
  return result;
}

/// True when the last decision is an end that was made with at least so many trials.
bool has_ended(const Ledger& ledger, int64_t trials) {
  auto decisions = static_cast<int64_t>(ledger.decisions().size());
  return ledger.ended() && trials <= ledger.trials_asked(decisions - 1);
}

/// The result of a study that has ended and is not extended. Takes no lock and writes nothing, so that the folder may
/// be read-only.
std::optional<StudyResult> ended_result(const StudyOptions& options, const SearchProblem& problem, int64_t workers) {
  Ledger ledger = read_ledger(options.directory, read_journal(options.directory).records);
  if (!has_ended(ledger, options.trials)) return std::nullopt;
  int64_t slots = study_slots(options.slots, ledger.identity(), workers);
  check_identity(ledger.identity(), study_identity(options, problem, slots), options.directory);
  StudyResult result = ledger.result();
  result.slots = slots;
  return result;
}

/// Writes how many trials are asked for, unless the journal says so.
void ask_for_trials(const StudyOptions& options, const Json& identity, StudyLog& log) {
  int64_t asked = log.read(
      [](const Ledger& ledger) { return ledger.trials_asked(static_cast<int64_t>(ledger.decisions().size())); });
  if (options.trials != asked) log.append({study_record(options.trials, identity)});
}

}  // namespace

std::string_view to_string(StopReason reason) {
  switch (reason) {
    case StopReason::ended: return "ended";
    case StopReason::timeout: return "timeout";
    case StopReason::interrupted: return "interrupted";
  }
  return "ended";
}

int64_t study_slots(std::optional<int64_t> asked, const Json& identity, int64_t workers) {
  if (asked) return *asked;
  if (!identity.is_null()) return identity.at("slots").as_integer();
  return std::max<int64_t>(4, workers);
}

std::string idle_workers_warning(int64_t workers, int64_t slots) {
  return std::to_string(workers) + " workers, but the study has " + std::to_string(slots) +
         " slots: the others stay idle";
}

bool study_has_ended(const Path& directory, int64_t trials) {
  return has_ended(read_ledger(directory, read_journal(directory).records), trials);
}

SearchProblem search_problem(const StudyOptions& options) {
  SearchProblem problem{options.space, options.objective, options.seed, {}};
  problem.given.push_back(options.space.read_params(options.defaults, "/defaults"));
  for (size_t i = 0; i < options.enqueue.size(); ++i) {
    std::string path = "/search/enqueue/" + std::to_string(i);
    problem.given.push_back(options.space.read_params(options.enqueue[i], path));
  }
  return problem;
}

StudyResult run_study(const StudyOptions& options, const TrialRunner& runner, Executor& executor) {
  SearchProblem problem = search_problem(options);
  auto sampler = make_sampler(options.sampler, problem, "/search/sampler");
  if (!options.earlier.trials.empty()) {
    check_learns(*sampler, "/search/warm_start");
    sampler = make_warm_sampler(std::move(sampler), problem, options.earlier.trials);
  }
  return run_study(options, runner, executor, std::move(sampler),
                   make_pruner(options.pruner, problem, "/search/pruner"));
}

StudyResult run_study(const StudyOptions& options, const TrialRunner& runner, Executor& executor,
                      std::unique_ptr<Sampler> sampler, std::unique_ptr<Pruner> pruner) {
  check_options(options);
  SearchProblem problem = search_problem(options);
  if (auto result = ended_result(options, problem, executor.workers())) return *result;
  check_study_length(problem, options.trials, lengths_of(runner));
  make_directories(options.directory);
  StudyLog log(options.directory);
  Json journalled = log.read([](const Ledger& ledger) { return ledger.identity(); });
  int64_t slots = study_slots(options.slots, journalled, executor.workers());
  Json identity = study_identity(options, problem, slots);
  if (!journalled.is_null()) check_identity(journalled, identity, options.directory);
  ask_for_trials(options, identity, log);
  Decisions decisions(problem, std::move(sampler), std::move(pruner), slots, lengths_of(runner));
  Study study(options, std::move(problem), std::move(decisions), log, slots, executor);
  if (!journalled.is_null()) study.tell_resumed();
  if (executor.workers() > slots) study.warn(idle_workers_warning(executor.workers(), slots));
  return study.run();
}

}  // namespace sluice
