#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/tune/ledger.h"
#include "sluice/tune/objective.h"
#include "sluice/tune/study_result.h"
#include "sluice/tune/trial_runner.h"

namespace sluice {

/// Where a trial stands.
enum class TrialState {
  running,
  interrupted,  ///< Its process has ended; the same command goes on.
  waiting,      ///< The same, before its first epoch was finished.
  paused,
  completed,
  pruned,
  failed,
};

/// Returns the name, such as "running".
std::string_view to_string(TrialState state);

/// One trial for those who look at a study.
struct TrialSummary {
  int64_t number = 0;
  Params params;
  TrialState state = TrialState::running;
  int64_t epochs = 0;                ///< Those of a whole training.
  std::vector<EpochRecord> records;  ///< Of the epochs that are done, from 1.
  std::optional<double> value;       ///< Best objective so far; nothing before the first epoch.
  int64_t best_epoch = 0;            ///< 0 before the first epoch.
  std::string message;               ///< Why it failed.
  double seconds = 0;                ///< Working time of its segments that ended.
};

/// One segment of a trial for those who look at a study.
struct JobSummary {
  int64_t trial = 0;
  int64_t first_epoch = 0;
  int64_t last_epoch = 0;
  int64_t slot = 0;               ///< Of the logical clock.
  int64_t start = 0;              ///< By the logical clock.
  int64_t cost = 0;               ///< Floating point operations.
  std::optional<JobEntry> ended;  ///< How it ended; nothing while it runs.
};

/// A study for those who look at it.
struct StudySummary {
  Json identity;  ///< The facts the study was created with, by name.
  Objective objective;
  bool ended = false;
  bool running = false;      ///< A process is running it.
  int64_t asked_trials = 0;  ///< As many as the study is to have.
  StudyResult result;
  std::vector<TrialSummary> trials;  ///< By number.
  std::vector<JobSummary> jobs;      ///< In the order of decisions.
};

/// Reads what a study directory's journal says, while the study runs or not. Throws Error(not_found) when there is no
/// journal and Error(invalid_argument) when it is damaged.
StudySummary summarize_study(const Path& directory);

}  // namespace sluice
