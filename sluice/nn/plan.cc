#include "sluice/nn/plan.h"

#include <algorithm>
#include <set>

#include "sluice/base/stopwatch.h"
#include "sluice/nn/plan_builder.h"
#include "sluice/nn/team.h"

namespace sluice {

Plan::Plan(const Graph& graph, const CompileConfig* compile, PlanMode mode, int64_t batch) : batch_(batch) {
  PlanBuilder::compile(graph, compile, mode, *this);
}

Step Plan::step(const float* weights) {
  return {.arena = arena_.values<float>().data(),
          .offsets = offsets_.data(),
          .strides = strides_.data(),
          .weights = weights,
          .gradients = nullptr,
          .statistics = nullptr,
          .examples = nullptr,
          .row_index = nullptr,
          .rows = 0,
          .range = {},
          .part = {},
          .seed = 0,
          .number = 0,
          .sums = nullptr};
}

void Step::sum_over_batch(float* values, int64_t count) const {
  if (part.team != nullptr) part.team->sum(part.member, {values, static_cast<size_t>(count)});
}

void Plan::prepare(const float* weights) {
  const Step prepared = step(weights);
  for (const KernelCall& call : prepare_calls_) call.run(prepared);
}

Step Plan::started(const Feed& feed, const float* weights, const Update& update) {
  Step now = step(weights);
  now.gradients = update.gradients;
  now.statistics = update.statistics;
  now.examples = feed.examples;
  now.row_index = feed.row_index;
  now.rows = feed.rows;
  now.part = feed.part;
  now.seed = update.seed;
  now.number = update.number;
  now.sums = sums_.data();
  std::fill(sums_.begin(), sums_.end(), 0.0);
  return now;
}

namespace {

/// The rows from `first` on, at most `count`.
Step some_rows(Step step, int64_t first, int64_t count) {
  const int64_t rows = std::min(count, step.rows - first);
  const int64_t behind = step.rows - first - rows;
  step.range = {first, behind == 0};
  step.part.before += first;
  step.part.after += behind;
  step.row_index += first;
  step.rows = rows;
  return step;
}

}  // namespace

template <class RunCall>
void Plan::run_blocks(const Step& step, const RunCall& run_call) const {
  size_t at = 0;
  for (const RowBlocks& blocks : blocks_) {
    if (step.rows <= blocks.rows) {
      for (size_t i = at; i < blocks.end; ++i) run_call(i, step);
    } else {
      for (int64_t first = 0; first < step.rows; first += blocks.rows) {
        const Step some = some_rows(step, first, blocks.rows);
        for (size_t i = at; i < blocks.end; ++i) run_call(i, some);
      }
    }
    at = blocks.end;
  }
}

void Plan::run(const Feed& feed, const float* weights, const Update& update) {
  run_blocks(started(feed, weights, update), [this](size_t i, const Step& step) { calls_[i].run(step); });
}

void Plan::run_timed(const Feed& feed, const float* weights, const Update& update, std::span<double> seconds) {
  std::vector<double> taken(calls_.size());
  run_blocks(started(feed, weights, update), [&](size_t i, const Step& step) {
    const Stopwatch watch;
    calls_[i].run(step);
    taken[i] += watch.seconds();
  });
  for (size_t i = 0; i < calls_.size(); ++i) seconds[i] = std::min(seconds[i], taken[i]);
}

int64_t Plan::bytes(const KernelCall& call) const {
  std::set<int> buffers;
  for (Buffer buffer : call.reads) buffers.insert(buffer.id);
  for (Buffer buffer : call.writes) buffers.insert(buffer.id);
  int64_t floats = 0;
  for (int id : buffers) floats += sizes_[static_cast<size_t>(id)];
  return floats * static_cast<int64_t>(sizeof(float));
}

}  // namespace sluice
