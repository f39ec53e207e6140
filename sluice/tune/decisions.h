#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sluice/tune/clock.h"
#include "sluice/tune/pruner/pruner.h"
#include "sluice/tune/sampler/sampler.h"
#include "sluice/tune/search_problem.h"
#include "sluice/tune/trial_view.h"

namespace sluice {

/// One thing a study decided at `time` of the logical clock.
struct Decision {
  enum class Kind {
    job,    ///< A segment of a trial starts.
    pause,  ///< A trial's segment has become visible, and the trial waits.
    end,    ///< Nothing is left to do.
  };
  Kind kind = Kind::end;
  uint64_t time = 0;
  int64_t trial = -1;
  int64_t first_epoch = 0;  ///< Of a job.
  int64_t last_epoch = 0;   ///< Of a job; of a pause the last epoch that is done.
  int64_t epochs = 0;       ///< Of the whole trial.
  int64_t job = -1;
  int64_t slot = -1;
  uint64_t cost = 0;
};

/// What became of a job, as far as decisions depend on it.
struct JobResult {
  enum class State { ended, stopped, failed };
  State state = State::ended;
  double value = 0;  ///< The trial's best objective so far; unless it failed.
};

/// How long trials are and what segments cost, both at least 1, from the parameters alone.
struct TrialLengths {
  std::function<int64_t(const Params&)> epochs;
  std::function<uint64_t(const Params&, int64_t first_epoch, int64_t last_epoch)> cost;
};

/// Decides which jobs start when: the rules of a study without threads, files or real time. What it decides depends on
/// its arguments only. Use:
///
///   while (!decisions.ended()) {
///     while (auto decision = decisions.next(trials)) …;   // an event: journal these, then start the jobs
///     if (!decisions.ended()) decisions.advance(results of decisions.due());
///   }
///
/// Trial 0 has the defaults and is never paused: it takes its next segment in the same slot, before the result of the
/// former one is visible. If that result then ends the trial, the segment that was started is empty; its result says
/// the same as the former one and changes nothing. The results of one trial become visible in the order of its
/// segments, so one that is visible before its former waits for it.
class Decisions {
 public:
  Decisions(SearchProblem problem, std::unique_ptr<Sampler> sampler, std::unique_ptr<Pruner> pruner, int64_t slots,
            TrialLengths lengths);

  /// Returns the next decision of the present event, or nothing when the event is over. New trials are started as long
  /// as there are fewer than `trials`. After an end, a larger number than that of the end makes a new event at its
  /// time.
  std::optional<Decision> next(int64_t trials);

  /// The time of the present event, in half operations.
  uint64_t time() const { return clock_.time(); }

  /// True after an end was decided.
  bool ended() const { return ended_with_.has_value(); }

  /// The number of trials that the end was decided with.
  int64_t ended_with() const { return *ended_with_; }

  /// Returns the jobs whose results `advance` needs, in job order.
  std::vector<int64_t> due() const { return clock_.due(); }

  /// Goes on to the next event, at which the results of the jobs that were due become visible, in job order.
  void advance(const std::vector<JobResult>& results);

  /// The trials started so far as samplers and pruners see them, by number.
  const std::vector<TrialView>& trials() const { return trials_; }

 private:
  /// What decisions know of a trial and samplers need not.
  struct Course {
    int64_t epochs;
    std::vector<int64_t> segments;              ///< Their last epochs.
    std::map<int64_t, JobResult> results = {};  ///< By segment, of those whose result is visible.
  };
  struct Segment {
    int64_t trial;
    int64_t index;
  };

  void make_visible(Segment segment, const JobResult& result);
  void take_result(TrialView& trial, const JobResult& result);
  std::optional<Decision> ask(int64_t slot, int64_t trials);
  std::optional<Decision> promote(int64_t slot, bool more);
  bool continues_here(int64_t slot) const;
  std::optional<Params> new_trial();
  std::optional<int64_t> best_paused_of_highest_rung() const;
  bool only_the_default_finished() const;
  Decision start_segment(TrialView& trial, int64_t slot);
  Decision start_trial(Params params, int64_t slot);
  std::optional<Decision> at_rest(int64_t trials);

  SearchProblem problem_;
  Axes axes_;
  std::unique_ptr<Sampler> sampler_;
  std::unique_ptr<Pruner> pruner_;
  TrialLengths lengths_of_;
  Clock clock_;
  std::vector<TrialView> trials_;
  std::vector<Course> courses_;
  std::vector<Segment> jobs_;
  std::vector<Decision> pauses_;  ///< Of this event, not returned yet; the next one first.
  int64_t next_slot_ = 0;         ///< Slots before it have asked at this event.
  std::optional<int64_t> ended_with_;
};

}  // namespace sluice
