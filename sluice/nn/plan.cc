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
          .weights = weights,
          .gradients = nullptr,
          .statistics = nullptr,
          .examples = nullptr,
          .row_index = nullptr,
          .rows = 0,
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

void Plan::run(const Feed& feed, const float* weights, const Update& update) {
  const Step now = started(feed, weights, update);
  for (const KernelCall& call : calls_) call.run(now);
}

void Plan::run_timed(const Feed& feed, const float* weights, const Update& update, std::span<double> seconds) {
  const Step now = started(feed, weights, update);
  for (size_t i = 0; i < calls_.size(); ++i) {
    const Stopwatch watch;
    calls_[i].run(now);
    seconds[i] = std::min(seconds[i], watch.seconds());
  }
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
