#include "sluice/nn/trainer.h"

#include <chrono>
#include <cmath>
#include <limits>

#include "sluice/base/random.h"
#include "sluice/nn/adapt.h"
#include "sluice/nn/plan.h"
#include "sluice/nn/scores.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<int64_t> epoch_order(uint64_t seed, int64_t epoch, int64_t rows, bool shuffle) {
  if (shuffle) return Random(seed, Purpose::shuffle, static_cast<uint32_t>(epoch)).permutation(rows);
  std::vector<int64_t> order(rows);
  for (int64_t i = 0; i < rows; ++i) order[i] = i;
  return order;
}

int64_t steps_of_epoch(int64_t rows, int64_t batch_size) { return (rows + batch_size - 1) / batch_size; }

OptimizerPtr filled_optimizer(const CompileConfig& compile, int64_t rows, const Trainer::Options& options) {
  const SchedulePtr& schedule = compile.optimizer->learning_rate().schedule;
  if (schedule == nullptr) return compile.optimizer;
  if (options.epochs > 0)
    return with_steps(compile.optimizer, training_steps(rows, options.batch_size, options.epochs));
  schedule->check_filled();
  return compile.optimizer;
}

[[noreturn]] void refuse_divergence(const std::string& what, int64_t epoch) {
  throw Error(ErrorCode::failed,
              "training diverged: " + what + " in epoch " + std::to_string(epoch) + "; try a lower learning_rate");
}

/// The last update of an epoch can leave weights that no loss has seen.
void check_finite(const Tensor& weights, int64_t epoch) {
  for (float weight : weights.values<float>()) {
    if (!std::isfinite(weight)) refuse_divergence("a weight is not finite", epoch);
  }
}

}  // namespace

struct Trainer::Run {
  const Graph& graph;
  const CompileConfig& compile;
  const Examples& examples;
  Options options;
  OptimizerPtr optimizer;  ///< With a schedule that leaves nothing open.
  KernelScope scope;
  Plan plan;
  Tensor gradients;
  double seconds = 0;

  void step(TrainingState& state, const int64_t* rows, int64_t count, std::vector<double>& sums) {
    auto weights = state.weights.values<float>();
    auto slopes = gradients.values<float>();
    plan.run({&examples, rows, count}, weights.data(),
             {.gradients = slopes.data(),
              .statistics = weights.data(),
              .seed = options.seed,
              .number = static_cast<uint32_t>(state.optimizer.iterations)});
    const auto trainable = static_cast<size_t>(graph.trainable_size());
    optimizer->update({weights.first(trainable), slopes.first(trainable), graph.variables()}, state.optimizer);
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += plan.sums()[i];
  }
};

Trainer::Trainer(const Graph& graph, const CompileConfig& compile, const Examples& examples, Options options) {
  check_compile(graph, compile);
  if (options.batch_size < 1) throw invalid("batch_size: expected >= 1, got " + std::to_string(options.batch_size));
  if (options.batch_size > examples.rows()) {
    throw invalid("batch_size " + std::to_string(options.batch_size) + " is larger than the " +
                  std::to_string(examples.rows()) + " training rows");
  }
  run_ = std::unique_ptr<Run>(new Run{.graph = graph,
                                      .compile = compile,
                                      .examples = examples,
                                      .options = options,
                                      .optimizer = filled_optimizer(compile, examples.rows(), options),
                                      .scope = {},
                                      .plan = Plan(graph, &compile, PlanMode::training, options.batch_size),
                                      .gradients = Tensor(DType::float32, {graph.weight_size()})});
}

Trainer::~Trainer() = default;

TrainingState Trainer::initial_state() const {
  Tensor weights = run_->graph.initial_weights(run_->options.seed);
  adapt(run_->graph, run_->examples, weights, run_->options.stop);
  return {.epoch = 0, .weights = weights, .optimizer = run_->optimizer->initial_state(run_->graph.trainable_size())};
}

Scores Trainer::train_epoch(TrainingState& state) {
  const auto& options = run_->options;
  const auto begin = Clock::now();
  const int64_t rows = run_->examples.rows();
  const std::vector<int64_t> order = epoch_order(options.seed, state.epoch, rows, options.shuffle);
  const int64_t steps = steps_of_epoch(rows, options.batch_size);
  std::vector<double> sums(run_->plan.sums().size());
  for (int64_t step = 0; step < steps; ++step) {
    if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed))
      throw Error(ErrorCode::interrupted, "training was interrupted");
    const int64_t first = step * options.batch_size;
    run_->step(state, order.data() + first, std::min(options.batch_size, rows - first), sums);
    for (double sum : sums) {
      if (!std::isfinite(sum)) {
        throw Error(ErrorCode::failed, "training diverged: the loss is not finite in epoch " +
                                           std::to_string(state.epoch + 1) + ", step " + std::to_string(step + 1) +
                                           "; try a lower learning_rate");
      }
    }
    if (options.progress) options.progress(step + 1, steps);
  }
  check_finite(std::as_const(state.weights), state.epoch + 1);
  ++state.epoch;
  if (state.epoch == options.epochs) run_->optimizer->finish(state.weights.values<float>(), state.optimizer);
  run_->seconds += std::chrono::duration<double>(Clock::now() - begin).count();
  return mean_scores(run_->graph, run_->compile, sums, rows);
}

double Trainer::seconds() const { return run_->seconds; }

int64_t training_steps(int64_t rows, int64_t batch_size, int64_t epochs) {
  int64_t steps = 0;
  const bool overflows = __builtin_mul_overflow(epochs, steps_of_epoch(rows, batch_size), &steps);
  return overflows ? std::numeric_limits<int64_t>::max() : steps;
}

}  // namespace sluice
