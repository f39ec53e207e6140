#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "sluice/nn/model.h"

namespace sluice {

/// Where training stands; enough to go on with the very same bits.
struct TrainingState {
  int64_t epoch = 0;  ///< Finished epochs.
  Tensor weights;
  OptimizerState optimizer;
};

/// Trains a graph. The outcome depends on graph, compile, examples, batch size, seed, threads and kernel level, not on
/// stopping and going on from a saved state. Threads share the rows of each batch; their number changes nothing but the
/// order in which floats are added up.
class Trainer {
 public:
  struct Options {
    int64_t batch_size = 32;
    int64_t epochs = 0;  ///< Of the whole training, which ends it and tells schedules its steps; 0: open.
    uint64_t seed = 0;
    bool shuffle = true;
    int threads = 1;
    const std::atomic<bool>* stop = nullptr;                              ///< Looked at in every step.
    std::function<void(int64_t step, int64_t steps)> progress = nullptr;  ///< After every step, on this thread.
  };

  /// `graph`, `compile` and `examples` must stay alive. Throws Error(invalid_argument) when they do not fit together,
  /// or when the optimizer's schedule leaves open what `options` do not say.
  Trainer(const Graph& graph, const CompileConfig& compile, const Examples& examples, Options options);
  ~Trainer();

  /// The state before the first epoch.
  TrainingState initial_state() const;

  /// Trains one more epoch and returns its mean scores over the rows; the last one also ends the training (see
  /// Optimizer::finish). Throws Error(failed) when the loss is not
  /// finite, Error(interrupted) when asked to stop; the state is then not to be used.
  Scores train_epoch(TrainingState& state);

  /// The mean loss over the rows that this epoch has seen; 0 before the first.
  double loss_so_far() const;

  /// Seconds spent in training steps so far, feeding included.
  double seconds() const;

 private:
  struct Run;
  std::unique_ptr<Run> run_;
};

/// How many threads help in training a graph: as many as there are `cores`, but no more than have enough to do in a
/// step.
int helpful_threads(const Graph& graph, int64_t batch_size, int64_t cores);

/// Steps of a training; at most 2^63 - 1.
int64_t training_steps(int64_t rows, int64_t batch_size, int64_t epochs);

}  // namespace sluice
