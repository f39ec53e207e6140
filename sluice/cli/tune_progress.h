#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sluice/cli/progress.h"
#include "sluice/tune/study.h"

namespace sluice::cli {

/// Shows a running study: one line for each finished trial, and live lines for those that run and for the study.
class TuneProgress {
 public:
  using Clock = std::chrono::steady_clock;

  struct Facts {
    int64_t trials = 0;     ///< That the study is to have.
    int64_t workers = 1;    ///< Trials that run at the same time; others that were started wait for a worker.
    std::string metric;     ///< The name of its objective.
    bool watching = false;  ///< Another process runs the study.
  };

  /// `stopping` says that the user asked to stop.
  TuneProgress(Progress& progress, Facts facts, const std::atomic<bool>& stopping);
  ~TuneProgress();

  /// Takes what `run_study` reports.
  void observe(const StudyEvent& event);

  /// Returns the live lines as they are at `now`: the running trials by number, then the study.
  std::vector<std::string> live_lines(Clock::time_point now);

 private:
  struct Started {
    int64_t trial;
    std::optional<Clock::time_point> start;  ///< When a worker took it; nothing while it waits.
    Params params;
    int64_t epochs;
    EpochRecord epoch;
  };

  Progress& progress_;
  const Facts facts_;
  const std::atomic<bool>& stopping_;
  std::mutex mutex_;
  std::vector<Started> started_;            ///< In the order in which workers take them.
  StudyEvent last_;                         ///< The newest event; its counts hold for the study.
  std::optional<Clock::time_point> start_;  ///< Of the first trial that this process ran.
  std::set<int64_t> settled_here_;          ///< Trials that ended or were paused since this process began.
  Clock::time_point last_settled_;          ///< When the last of them was settled for the first time.

  std::string take(const StudyEvent& event);
  std::vector<Started>::iterator find(int64_t trial);
  std::string ended_line(const StudyEvent& event) const;
  std::string ended_of(const StudyEvent& event) const;
  void give_to_workers();
  int64_t settled() const;
  std::string trial_line(const Started& started, Clock::time_point now) const;
  std::string study_line(Clock::time_point now) const;
  std::string time_text(Clock::time_point now) const;
  std::string best_text() const;
};

}  // namespace sluice::cli
