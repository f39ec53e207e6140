#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "sluice/base/files.h"
#include "sluice/tune/executor.h"
#include "sluice/tune/stop_signal.h"
#include "sluice/tune/study.h"
#include "sluice/tune/study_log.h"

namespace sluice {

/// The jobs of a running study: gives them to the executor, journals their epochs and ends, tells the observer.
class StudyJobs {
 public:
  /// All arguments must outlive it. No job of it runs when it is destroyed.
  StudyJobs(const StudyOptions& options, Executor& executor, StudyLog& log, StopSignal& stop);
  ~StudyJobs();
  StudyJobs(const StudyJobs&) = delete;
  StudyJobs& operator=(const StudyJobs&) = delete;

  /// Takes a job that was decided and journalled; jobs come in the order of their indices. It is run unless the journal
  /// has its end. While the trial's former segment runs it waits; if that one ended the trial, so does this.
  void start(const Job& job);

  /// Waits until the jobs have ended, journalling every one that does. Returns false when a stop was requested first.
  bool wait_for(const std::vector<int64_t>& jobs);

  /// Waits until no job runs; those that heed the stop keep no result. Call it when a stop was requested.
  void drain();

  /// Tells the observer, filling in the counts.
  void tell(StudyEvent event);

 private:
  class Monitor;
  struct Running {
    Job job;
    std::unique_ptr<Monitor> monitor;
  };

  bool has_ended(int64_t job) const;
  void run(const Job& job);
  void settle(const CompletedJob& completed);
  JobEntry entry_of(const Job& job, const SegmentOutcome& outcome) const;
  void journal_end(const Job& job, const JobEntry& entry);
  void tell_end(const Job& job, const JobEntry& entry);
  void start_waiting(int64_t trial);
  void epochs_done(const Job& job, std::span<const EpochRecord> records);
  void abandon() noexcept;

  const StudyOptions& options_;
  Executor& executor_;
  StudyLog& log_;
  StopSignal& stop_;
  std::mutex observer_mutex_;
  std::map<int64_t, Running> running_;          ///< By job.
  std::map<int64_t, int64_t> latest_;           ///< Trial to its latest job that was run or taken from the journal.
  std::map<int64_t, std::deque<Job>> waiting_;  ///< By trial.
};

}  // namespace sluice
