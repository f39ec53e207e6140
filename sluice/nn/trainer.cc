#include "sluice/nn/trainer.h"

#include <cmath>
#include <limits>

#include "sluice/base/random.h"
#include "sluice/base/stopwatch.h"
#include "sluice/nn/adapt.h"
#include "sluice/nn/plan.h"
#include "sluice/nn/scores.h"
#include "sluice/nn/team.h"
#include "sluice/tensor/elementwise.h"
#include "sluice/tensor/kernel_level.h"
#include "sluice/tensor/reorder.h"

namespace sluice {
namespace {

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

/// What one thread has for its rows of a batch.
struct Share {
  Plan plan;
  Tensor gradients;
};

struct Trainer::Run {
  const Graph& graph;
  const CompileConfig& compile;
  const Examples& examples;
  Options options;
  OptimizerPtr optimizer;  ///< With a schedule that leaves nothing open.
  KernelScope scope;
  std::vector<Share> shares = {};
  Team team;
  double seconds = 0;
  std::vector<double> sums = {};  ///< Of the scores of this epoch.
  int64_t seen = 0;               ///< Rows of this epoch.

  void step(TrainingState& state, const int64_t* rows, int64_t count) {
    const auto active = static_cast<int>(std::min<int64_t>(team.size(), count));
    const auto work = [&](int member) {
      run_share(member, active, state, rows, count);
      if (active > 1) add_gradients(member, active);
    };
    team.run(active, std::ref(work));  // A copy of `work` would be allocated.
    const auto trainable = static_cast<size_t>(graph.trainable_size());
    optimizer->update({state.weights.values<float>().first(trainable), gradients(0), graph.variables()},
                      state.optimizer);
    for (int member = 0; member < active; ++member) {
      const std::span<const double> share = shares[member].plan.sums();
      for (size_t i = 0; i < sums.size(); ++i) sums[i] += share[i];
    }
    seen += count;
  }

 private:
  std::span<float> gradients(int member) {
    return shares[member].gradients.values<float>().first(static_cast<size_t>(graph.trainable_size()));
  }

  void run_share(int member, int active, TrainingState& state, const int64_t* rows, int64_t count) {
    const int64_t first = count * member / active, end = count * (member + 1) / active;
    float* weights = state.weights.values<float>().data();
    const BatchPart part{.before = first, .after = count - end, .team = active > 1 ? &team : nullptr, .member = member};
    shares[member].plan.run({&examples, rows + first, end - first, part}, weights,
                            {.gradients = shares[member].gradients.values<float>().data(),
                             .statistics = weights,
                             .seed = options.seed,
                             .number = static_cast<uint32_t>(state.optimizer.iterations)});
  }

  /// Adds all gradients to those of member 0; each member takes a piece of the array.
  void add_gradients(int member, int active) {
    team.wait();
    const auto size = static_cast<size_t>(graph.trainable_size()), m = static_cast<size_t>(member);
    const size_t first = size * m / active, end = size * (m + 1) / active;
    for (int other = 1; other < active; ++other)
      add(static_cast<int64_t>(end - first), gradients(0).data() + first, gradients(other).data() + first,
          gradients(0).data() + first);
  }
};

Trainer::Trainer(const Graph& graph, const CompileConfig& compile, const Examples& examples, Options options) {
  check_compile(graph, compile);
  if (options.batch_size < 1) throw invalid("batch_size: expected >= 1, got " + std::to_string(options.batch_size));
  if (options.batch_size > examples.rows()) {
    throw invalid("batch_size " + std::to_string(options.batch_size) + " is larger than the " +
                  std::to_string(examples.rows()) + " training rows");
  }
  if (options.threads < 1) throw invalid("threads: expected >= 1, got " + std::to_string(options.threads));
  options.threads = static_cast<int>(std::min<int64_t>(options.threads, options.batch_size));
  run_ = std::unique_ptr<Run>(new Run{.graph = graph,
                                      .compile = compile,
                                      .examples = examples,
                                      .options = options,
                                      .optimizer = filled_optimizer(compile, examples.rows(), options),
                                      .scope = {},
                                      .team = Team(options.threads)});
  const int64_t rows = (options.batch_size + options.threads - 1) / options.threads;
  for (int thread = 0; thread < options.threads; ++thread) {
    run_->shares.push_back({.plan = Plan(graph, &compile, PlanMode::training, rows),
                            .gradients = Tensor(DType::float32, {graph.weight_size()})});
  }
}

Trainer::~Trainer() = default;

TrainingState Trainer::initial_state() const {
  Tensor weights = run_->graph.initial_weights(run_->options.seed);
  adapt(run_->graph, run_->examples, weights, run_->options.stop);
  return {.epoch = 0, .weights = weights, .optimizer = run_->optimizer->initial_state(run_->graph.trainable_size())};
}

Scores Trainer::train_epoch(TrainingState& state) {
  const auto& options = run_->options;
  const WallStopwatch watch;
  const double former = run_->seconds;
  const int64_t rows = run_->examples.rows();
  const std::vector<int64_t> order = epoch_order(options.seed, state.epoch, rows, options.shuffle);
  const int64_t steps = steps_of_epoch(rows, options.batch_size);
  run_->sums.assign(run_->shares[0].plan.sums().size(), 0);
  run_->seen = 0;
  for (int64_t step = 0; step < steps; ++step) {
    if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed))
      throw Error(ErrorCode::interrupted, "training was interrupted");
    const int64_t first = step * options.batch_size;
    const int64_t next = std::min(first + options.batch_size, rows);
    for (const Tensor& input : run_->examples.inputs)
      fetch_rows(input, std::min(options.batch_size, rows - next), order.data() + next);
    run_->step(state, order.data() + first, next - first);
    for (double sum : run_->sums) {
      if (!std::isfinite(sum)) {
        throw Error(ErrorCode::failed, "training diverged: the loss is not finite in epoch " +
                                           std::to_string(state.epoch + 1) + ", step " + std::to_string(step + 1) +
                                           "; try a lower learning_rate");
      }
    }
    if (!options.progress) continue;
    run_->seconds = former + watch.seconds();
    options.progress(step + 1, steps);
  }
  check_finite(std::as_const(state.weights), state.epoch + 1);
  ++state.epoch;
  if (state.epoch == options.epochs) run_->optimizer->finish(state.weights.values<float>(), state.optimizer);
  run_->seconds = former + watch.seconds();
  return mean_scores(run_->graph, run_->compile, run_->sums, rows);
}

double Trainer::loss_so_far() const {
  return run_->seen == 0 ? 0 : mean_scores(run_->graph, run_->compile, run_->sums, run_->seen)[0].second;
}

double Trainer::seconds() const { return run_->seconds; }

int helpful_threads(const Graph& graph, int64_t batch_size, int64_t cores) {
  constexpr int64_t enough = 10'000'000;  // Floating point operations of a thread in a step: 0.1 ms.
  const double step = 3.0 * static_cast<double>(graph.flop()) * static_cast<double>(batch_size);
  const auto busy = static_cast<int64_t>(std::min(step / enough, 1e6));
  return static_cast<int>(std::clamp<int64_t>(std::min(busy, batch_size), 1, std::max<int64_t>(cores, 1)));
}

int64_t training_steps(int64_t rows, int64_t batch_size, int64_t epochs) {
  int64_t steps = 0;
  const bool overflows = __builtin_mul_overflow(epochs, steps_of_epoch(rows, batch_size), &steps);
  return overflows ? std::numeric_limits<int64_t>::max() : steps;
}

}  // namespace sluice
