#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sluice/cli/progress.h"
#include "sluice/tune/study.h"

namespace sluice::cli {

/// Shows a running study: one line for each finished trial, and live lines for those that run and for the study.
class TuneProgress {
 public:
  using Clock = std::chrono::steady_clock;

  /// `trials` is how many the study is to have, `metric` the name of its objective; `stopping` says that the user asked
  /// to stop.
  TuneProgress(Progress& progress, int64_t trials, std::string metric, const std::atomic<bool>& stopping);
  ~TuneProgress();

  /// Takes what `run_study` reports.
  void observe(const StudyEvent& event);

  /// Returns the live lines as they are at `now`: the running trials by number, then the study.
  std::vector<std::string> live_lines(Clock::time_point now);

 private:
  struct Running {
    Clock::time_point start;
    Params params;
    EpochRecord epoch;
  };

  Progress& progress_;
  const int64_t trials_;
  const std::string metric_;
  const std::atomic<bool>& stopping_;
  std::mutex mutex_;
  std::map<int64_t, Running> running_;
  StudyEvent last_;                         ///< The newest event; its counts hold for the study.
  std::optional<Clock::time_point> start_;  ///< Of the first trial that this process ran.
  int64_t done_here_ = 0;                   ///< Trials that this process ended.
  Clock::time_point last_done_;             ///< When it ended the last of them.

  std::string take(const StudyEvent& event);
  std::string ended_line(const StudyEvent& event) const;
  std::string running_line(int64_t trial, const Running& running, Clock::time_point now) const;
  std::string study_line(Clock::time_point now) const;
  std::string time_text(Clock::time_point now) const;
  std::string best_text() const;
};

}  // namespace sluice::cli
