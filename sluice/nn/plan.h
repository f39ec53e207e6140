#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sluice/nn/model.h"
#include "sluice/tensor/scored_rows.h"
#include "sluice/tensor/sum_part.h"

namespace sluice {

class Team;

/// What a plan computes: forward, loss, gradients; forward with loss and metrics; forward alone.
enum class PlanMode { training, evaluation, inference };

/// A piece of a plan's arena.
struct Buffer {
  int id = -1;
  explicit operator bool() const { return id >= 0; }
};

/// Which rows of a batch a plan computes, where several threads share it; the plans of all of them make the same calls.
struct BatchPart {
  int64_t before = 0;    ///< Rows of the batch before them.
  int64_t after = 0;     ///< Rows behind them.
  Team* team = nullptr;  ///< Those who share the batch; null: nobody.
  int member = 0;        ///< Of the team.
};

/// Which of the rows that are fed a call is to compute.
struct RowRange {
  int64_t first = 0;
  bool last = true;  ///< Whether none are left behind them.
};

/// What a kernel call may touch while a plan runs.
struct Step {
  float* arena;
  const int64_t* offsets;  ///< Of the buffers, in floats.
  const int64_t* strides;  ///< Of the buffers from one row to the next, in floats; 0 where rows do not lie apart.
  const float* weights;
  float* gradients;   ///< Flat like the weights; null outside of training.
  float* statistics;  ///< The weights, for layers that keep running means in them; null outside of training.
  const Examples* examples;
  const int64_t* row_index;  ///< Which examples these rows hold.
  int64_t rows;              ///< How many, at most the plan's batch.
  RowRange range;            ///< Where they lie in what is fed.
  BatchPart part;            ///< Where they lie in the batch.
  uint64_t seed;
  uint32_t number;  ///< Of the step, for random numbers.
  double* sums;

  /// What a buffer holds, from the first of these rows on.
  float* operator[](Buffer buffer) const { return arena + offsets[buffer.id] + range.first * strides[buffer.id]; }

  int64_t batch_rows() const { return part.before + rows + part.after; }
  /// Whether this plan does what is done once for the batch.
  bool leads() const { return part.before == 0; }
  /// Adds up `count` values of all plans that share the batch, each of which gets the sums.
  void sum_over_batch(float* values, int64_t count) const;

  /// Where sums over the rows stand.
  SumPart sum_part() const { return {range.first == 0, range.last}; }

  /// The rows with what they count for output `output`.
  ScoredRows scored_rows(int output) const {
    const auto& weights = examples->weights;
    const bool weighted = !weights.empty() && weights[output].size() > 0;
    return {rows, row_index, weighted ? weights[output].values<float>().data() : nullptr, part.before, part.after};
  }
};

/// One entry of a plan: a kernel with its arguments bound.
struct KernelCall {
  std::string node;    ///< Name of the layer.
  std::string kernel;  ///< Such as "gemm" or "lane_conv backward_weights".
  std::vector<Buffer> reads;
  std::vector<Buffer> writes;
  int64_t flop = 0;     ///< For one row.
  bool effect = false;  ///< Writes more than its buffers: gradients or sums.
  /// May take some rows after the others: nothing else depends on a row, but sums that go on from one range to the
  /// next. Its buffers are of rows, or scratch that sums may stay in.
  bool by_rows = false;
  std::function<void(const Step&)> run;
};

/// Calls that follow each other and take so many rows at a time.
struct RowBlocks {
  size_t end;  ///< Behind the last call.
  int64_t rows;
};

/// A graph compiled for one batch size: a flat list of kernel calls over one arena, which is all that a step walks.
/// Fewer rows than the batch may be fed. Belongs to one thread, which should hold a KernelScope.
class Plan {
 public:
  struct Feed {
    const Examples* examples;
    const int64_t* row_index;
    int64_t rows;
    BatchPart part = {};
  };

  /// `compile` may be null for inference.
  Plan(const Graph& graph, const CompileConfig* compile, PlanMode mode, int64_t batch);

  /// Runs what depends on the weights alone; outside of training needed once before `run` and after the weights change.
  void prepare(const float* weights);

  /// What a training step writes, and where its random numbers come from.
  struct Update {
    float* gradients = nullptr;   ///< Flat like the weights: of the mean loss over the batch, from the rows fed.
    float* statistics = nullptr;  ///< The weights themselves: those that are running statistics are brought up to date.
    uint64_t seed = 0;
    uint32_t number = 0;  ///< Of the step.
  };

  /// Runs one batch; a training plan needs an update.
  void run(const Feed& feed, const float* weights, const Update& update);
  void run(const Feed& feed, const float* weights) { run(feed, weights, {}); }

  /// As `run`; lowers seconds[i] to what call i took, where that was less.
  void run_timed(const Feed& feed, const float* weights, const Update& update, std::span<double> seconds);

  /// The rows of output `i` of the last run.
  const float* output(size_t i) const { return arena_.values<float>().data() + offsets_[outputs_[i].id]; }

  /// Sums over the rows of the last run: for each output its loss, then its metrics'; at last the penalties of the
  /// regularizers, once for each row.
  std::span<const double> sums() const { return sums_; }

  int64_t batch() const { return batch_; }
  /// Bytes that all its buffers take together.
  int64_t arena_bytes() const { return static_cast<int64_t>(arena_.bytes().size()); }
  const std::vector<KernelCall>& calls() const { return calls_; }
  /// Bytes of the buffers that a call reads and writes, each counted once, for a whole batch.
  int64_t bytes(const KernelCall& call) const;

 private:
  friend class PlanBuilder;
  int64_t batch_;
  std::vector<KernelCall> prepare_calls_;
  std::vector<KernelCall> calls_;
  std::vector<RowBlocks> blocks_;
  std::vector<int64_t> offsets_;
  std::vector<int64_t> strides_;
  std::vector<int64_t> sizes_;  // of the buffers, in floats
  std::vector<Buffer> outputs_;
  std::vector<double> sums_;
  Tensor arena_;

  Step step(const float* weights);
  template <class RunCall>
  void run_blocks(const Step& step, const RunCall& run_call) const;
  Step started(const Feed& feed, const float* weights, const Update& update);
};

}  // namespace sluice
