#include "sluice/experiment/trial_runner.h"

#include <chrono>

#include "sluice/experiment/callback_runs.h"
#include "sluice/experiment/checkpoint.h"
#include "sluice/experiment/training.h"

namespace sluice {
namespace {

using State = SegmentOutcome::State;

double objective_of(const Scores& scores, const Objective& objective) {
  for (const auto& [name, value] : scores) {
    if (name == objective.metric) return value;
  }
  throw invalid("objective: this trial reports no " + objective.metric);
}

class NetworkTrialRunner : public TrialRunner {
 public:
  NetworkTrialRunner(const Experiment& experiment, const ExperimentData& data)
      : experiment_(experiment), data_(data), inputs_(data.input_shapes()) {}

  int64_t epochs(const Params& params) const override { return plan_of(params).epochs; }

  uint64_t cost(const Params& params, int64_t first_epoch, int64_t last_epoch) const override {
    auto epoch = static_cast<int64_t>(epoch_cost(plan_of(params), data_));
    return bounded_product(epoch, last_epoch - first_epoch + 1);
  }

  SegmentOutcome run(const Job& job, const SegmentResume& resume, SegmentMonitor& monitor) override {
    remove_unfinished_files(job.directory);
    TrialPlan plan = plan_of(job.params);
    fill_schedule(plan, data_.train.rows());
    Checkpoint last;
    if (resume.epoch > 0) last = load_checkpoint(job.directory, resume.epoch, plan.graph, *plan.compile.optimizer);
    if (last.stopped) return {State::stopped, "", false};
    if (resume.epoch >= job.last_epoch) return {State::ended, "", false};
    return Segment(*this, job, plan, monitor).run(resume.epoch > 0 ? &last : nullptr);
  }

 private:
  const Experiment& experiment_;
  const ExperimentData& data_;
  NamedShapes inputs_;

  TrialPlan plan_of(const Params& params) const { return instantiate(experiment_, params, inputs_); }

  /// One call of `run`.
  class Segment {
   public:
    Segment(const NetworkTrialRunner& runner, const Job& job, const TrialPlan& plan, SegmentMonitor& monitor)
        : runner_(runner),
          job_(job),
          monitor_(monitor),
          training_(plan, runner.data_, {.seed = job.seed}),
          callbacks_({.plan = plan, .validation = runner.data_.validation.rows() > 0}, true) {}

    /// Goes on behind a checkpoint; null: from the start.
    SegmentOutcome run(const Checkpoint* last) {
      TrainingState state = last != nullptr ? last->state : training_.initial_state();
      callbacks_.begin(last != nullptr ? &last->callbacks : nullptr);
      done_ = state.epoch;
      while (state.epoch < job_.last_epoch) {
        try {
          train_epoch(state);
        } catch (const Error& error) {
          if (!ends_early(error)) throw;
          return {State::stopped, "", false};
        }
        if (stopped(state)) return {State::stopped, "", false};
        if (monitor_.stop_requested() && state.epoch < job_.last_epoch) return {State::interrupted, "", false};
      }
      return {State::ended, "", false};
    }

   private:
    const NetworkTrialRunner& runner_;
    const Job& job_;
    SegmentMonitor& monitor_;
    Training training_;
    CallbackRuns callbacks_;
    int64_t done_ = 0;  ///< Epochs that the study knows.

    void train_epoch(TrainingState& state) {
      auto start = std::chrono::steady_clock::now();
      Scores scores = training_.train_epoch(state);
      callbacks_.epoch_end(state, scores);
      Json metrics = scores_to_json(scores);
      save_checkpoint({state, metrics, callbacks_.states(), stopped(state)}, job_.directory);
      double objective = objective_of(scores, runner_.experiment_.search.objective);
      double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      int64_t best_epoch = monitor_.epoch_done({state.epoch, metrics, objective, seconds});
      remove_checkpoints_but(job_.directory, state.epoch, best_epoch);
      done_ = state.epoch;
    }

    /// A callback has ended the training before its last epoch.
    bool stopped(const TrainingState& state) const {
      return !callbacks_.stopped_by().empty() && state.epoch < job_.epochs;
    }

    /// Divergence ends a trial that has finished an epoch as a callback's stop, where one asks for that.
    bool ends_early(const Error& error) const {
      return error.code() == ErrorCode::failed && done_ > 0 && callbacks_.ends_divergence();
    }
  };
};

}  // namespace

std::unique_ptr<TrialRunner> make_trial_runner(const Experiment& experiment, const ExperimentData& data) {
  return std::make_unique<NetworkTrialRunner>(experiment, data);
}

}  // namespace sluice
