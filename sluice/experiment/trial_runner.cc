#include "sluice/experiment/trial_runner.h"

#include <chrono>

#include "sluice/experiment/callback_runs.h"
#include "sluice/experiment/memory_room.h"
#include "sluice/experiment/segment_epochs.h"
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
  NetworkTrialRunner(const Experiment& experiment, const ExperimentData& data, std::optional<int64_t> memory)
      : experiment_(experiment), data_(data), inputs_(data.input_shapes()), room_(memory) {}

  int64_t epochs(const Params& params) const override { return plan_of(params).epochs; }

  uint64_t cost(const Params& params, int64_t first_epoch, int64_t last_epoch) const override {
    auto epoch = static_cast<int64_t>(epoch_cost(plan_of(params), data_));
    return bounded_product(epoch, last_epoch - first_epoch + 1);
  }

  SegmentOutcome run(const Job& job, const SegmentResume& resume, SegmentMonitor& monitor) override {
    remove_unfinished_files(job.directory);
    TrialPlan plan = plan_of(job.params);
    fill_schedule(plan, data_.train.rows());
    const MemoryRoom::Share share = room_.take(plan);
    return Segment(*this, job, resume, plan, monitor).run();
  }

 private:
  const Experiment& experiment_;
  const ExperimentData& data_;
  NamedShapes inputs_;
  MemoryRoom room_;

  TrialPlan plan_of(const Params& params) const { return instantiate(experiment_, params, inputs_); }

  /// One call of `run`.
  class Segment {
   public:
    Segment(const NetworkTrialRunner& runner, const Job& job, const SegmentResume& resume, const TrialPlan& plan,
            SegmentMonitor& monitor)
        : runner_(runner), job_(job), resume_(resume), plan_(plan), monitor_(monitor) {}

    SegmentOutcome run() {
      Checkpoint last;
      const int64_t start = epochs_.start();
      if (start > 0) last = load_checkpoint(job_.directory, start, plan_.graph, *plan_.compile.optimizer);
      if (start == resume_.epoch && last.stopped) return {State::stopped, "", false};
      if (start == resume_.epoch && start >= job_.last_epoch) return {State::ended, "", false};
      Training training(plan_, runner_.data_, {.seed = job_.seed});
      CallbackRuns callbacks({.plan = plan_, .validation = runner_.data_.validation.rows() > 0}, true);
      callbacks.begin(start > 0 ? &last.callbacks : nullptr);
      return train(training, callbacks, start > 0 ? last.state : training.initial_state());
    }

   private:
    const NetworkTrialRunner& runner_;
    const Job& job_;
    const SegmentResume& resume_;
    const TrialPlan& plan_;
    SegmentMonitor& monitor_;
    SegmentEpochs epochs_{job_, resume_, runner_.experiment_.search.objective, monitor_};

    SegmentOutcome train(Training& training, CallbackRuns& callbacks, TrainingState state) {
      while (state.epoch < job_.last_epoch) {
        try {
          train_epoch(training, callbacks, state);
        } catch (const Error& error) {
          if (error.code() != ErrorCode::failed) throw;
          epochs_.flush();
          if (epochs_.done() == 0 || !callbacks.ends_divergence()) throw;
          return {State::stopped, "", false};
        }
        if (stopped(callbacks, state)) return {State::stopped, "", false};
        if (interrupted(state)) return {State::interrupted, "", false};
      }
      return {State::ended, "", false};
    }

    void train_epoch(Training& training, CallbackRuns& callbacks, TrainingState& state) {
      auto start = std::chrono::steady_clock::now();
      Scores scores = training.train_epoch(state);
      callbacks.epoch_end(state, scores);
      Json metrics = scores_to_json(scores);
      double objective = objective_of(scores, runner_.experiment_.search.objective);
      double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      const bool stops = stopped(callbacks, state);
      epochs_.add({state, metrics, callbacks.states(), stops}, {state.epoch, metrics, objective, seconds},
                  stops || state.epoch >= job_.last_epoch || interrupted(state));
    }

    /// A callback has ended the training before its last epoch.
    bool stopped(const CallbackRuns& callbacks, const TrainingState& state) const {
      return !callbacks.stopped_by().empty() && state.epoch < job_.epochs;
    }

    /// The study stops; an epoch that it asks for while this looks is written first.
    bool interrupted(const TrainingState& state) {
      if (state.epoch >= job_.last_epoch || !monitor_.stop_requested()) return false;
      epochs_.flush();
      return true;
    }
  };
};

}  // namespace

std::unique_ptr<TrialRunner> make_trial_runner(const Experiment& experiment, const ExperimentData& data,
                                               std::optional<int64_t> memory) {
  return std::make_unique<NetworkTrialRunner>(experiment, data, memory);
}

}  // namespace sluice
