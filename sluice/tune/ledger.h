#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/tune/decisions.h"
#include "sluice/tune/objective.h"
#include "sluice/tune/study_result.h"
#include "sluice/tune/trial_runner.h"

namespace sluice {

/// How a job ended, as journalled.
struct JobEntry {
  JobResult::State state = JobResult::State::ended;
  double value = 0;        ///< The trial's best objective so far.
  int64_t best_epoch = 0;  ///< The epoch that had it.
  std::string message;     ///< Why it failed.
  bool host_failure = false;
  double seconds = 0;
  std::optional<double>
      at;  ///< When it ended, in seconds since 1970 by the clock of the machine; older journals do not say.
};

/// What the journal says of one trial.
struct TrialEntry {
  int64_t number = 0;
  Params params;
  int64_t epochs = 0;
  std::vector<EpochRecord> records;  ///< By epoch, from 1.
  int64_t last_job = -1;             ///< Its latest segment.
  int64_t last_epoch = 0;            ///< Where that segment ends.
  std::optional<JobEntry> ended;     ///< How the latest segment that ended did.
  bool segment_done = false;         ///< The latest segment has ended.
  double seconds = 0;                ///< Working time, epochs of the running segment too, where it was measured.
  double unended_seconds = 0;        ///< Of it, that of the epochs of the segment that has not ended.

  bool failed() const { return ended && ended->state == JobResult::State::failed; }
  bool completed() const;

  /// Returns the best epoch so far, the earliest on a tie; 0 before the first one.
  int64_t best_epoch(const Objective& objective) const;
};

/// How many trials a run of the study asked for, from which decision on.
struct TrialsEntry {
  int64_t decisions = 0;  ///< Decisions that were journalled before.
  int64_t trials = 0;
};

/// Everything a journal says, put in order. Made record by record, both from a file and while a study runs.
class Ledger {
 public:
  /// Adds a record. Throws Error(invalid_argument) for an unknown kind and for a record that contradicts earlier ones.
  void add(const Json& record);

  /// The identity in the first `study` record; null before it.
  const Json& identity() const { return identity_; }
  /// The objective of that identity.
  const Objective& objective() const { return objective_; }

  /// The records of kinds job, pause and end, in order.
  const std::vector<Json>& decisions() const { return decisions_; }

  /// Returns how many trials are asked for when decision number `decision` is made.
  int64_t trials_asked(int64_t decision) const;

  const std::vector<TrialEntry>& trials() const { return trials_; }
  const TrialEntry& trial(int64_t number) const { return trials_.at(static_cast<size_t>(number)); }

  /// Returns how the job ended, or nullptr.
  const JobEntry* job(int64_t index) const;

  /// True when the last decision was an end.
  bool ended() const;

  /// Counts trials and finds the best of those that finished; lower numbers win ties. What is paused counts as pruned
  /// when the study has ended. `stopped` and `slots` are left to the caller.
  StudyResult result() const;

 private:
  void add_study(const Json& record);
  void add_job(const Json& record);
  TrialEntry& trial_of(const Json& record);
  void add_epoch(const Json& record);
  void end_job(const Json& record, JobEntry entry);

  Json identity_;
  Objective objective_;
  std::vector<TrialsEntry> asked_;
  std::vector<Json> decisions_;
  std::vector<TrialEntry> trials_;
  std::map<int64_t, JobEntry> jobs_;
};

/// Makes the ledger of a directory's journal records. Throws Error(invalid_argument) naming file and line.
Ledger read_ledger(const Path& directory, const std::vector<Json>& records);

}  // namespace sluice
