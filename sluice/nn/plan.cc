#include "sluice/nn/plan.h"

#include <algorithm>

#include "sluice/nn/plan_builder.h"

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
          .seed = 0,
          .number = 0,
          .sums = nullptr};
}

void Plan::prepare(const float* weights) {
  const Step prepared = step(weights);
  for (const KernelCall& call : prepare_calls_) call.run(prepared);
}

void Plan::run(const Feed& feed, const float* weights, const Update& update) {
  Step now = step(weights);
  now.gradients = update.gradients;
  now.statistics = update.statistics;
  now.examples = feed.examples;
  now.row_index = feed.row_index;
  now.rows = feed.rows;
  now.seed = update.seed;
  now.number = update.number;
  now.sums = sums_.data();
  std::fill(sums_.begin(), sums_.end(), 0.0);
  for (const KernelCall& call : calls_) call.run(now);
}

}  // namespace sluice
