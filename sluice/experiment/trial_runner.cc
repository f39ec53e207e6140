#include "sluice/experiment/trial_runner.h"

#include <chrono>

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
    if (resume.epoch >= job.last_epoch) return {State::ended, "", false};
    remove_unfinished_files(job.directory);
    TrialPlan plan = plan_of(job.params);
    Training training(plan, data_, {.seed = job.seed});
    TrainingState state = first_state(job, resume, plan, training);
    while (state.epoch < job.last_epoch) {
      train_epoch(job, training, state, monitor);
      if (monitor.stop_requested() && state.epoch < job.last_epoch) return {State::interrupted, "", false};
    }
    return {State::ended, "", false};
  }

 private:
  const Experiment& experiment_;
  const ExperimentData& data_;
  NamedShapes inputs_;

  TrialPlan plan_of(const Params& params) const { return instantiate(experiment_, params, inputs_); }

  static TrainingState first_state(const Job& job, const SegmentResume& resume, const TrialPlan& plan,
                                   const Training& training) {
    if (resume.epoch == 0) return training.initial_state();
    return load_checkpoint(job.directory, resume.epoch, plan.graph, *plan.compile.optimizer).state;
  }

  void train_epoch(const Job& job, Training& training, TrainingState& state, SegmentMonitor& monitor) const {
    auto start = std::chrono::steady_clock::now();
    Scores scores = training.train_epoch(state);
    Json metrics = scores_to_json(scores);
    save_checkpoint({state, metrics}, job.directory);
    double objective = objective_of(scores, experiment_.search.objective);
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    int64_t best_epoch = monitor.epoch_done({state.epoch, metrics, objective, seconds});
    remove_checkpoints_but(job.directory, state.epoch, best_epoch);
  }
};

}  // namespace

std::unique_ptr<TrialRunner> make_trial_runner(const Experiment& experiment, const ExperimentData& data) {
  return std::make_unique<NetworkTrialRunner>(experiment, data);
}

}  // namespace sluice
