#include "sluice/experiment/trial_memory.h"

#include <algorithm>
#include <new>

#include "sluice/nn/inference.h"
#include "sluice/nn/plan.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

/// The arena of a plan, which is not touched.
int64_t arena_bytes(const TrialPlan& plan, PlanMode mode, int64_t batch) {
  return Plan(plan.graph, &plan.compile, mode, batch).arena_bytes();
}

}  // namespace

std::optional<int64_t> trial_memory(const TrialPlan& plan) {
  constexpr auto float_size = static_cast<int64_t>(sizeof(float));
  auto slots = static_cast<int64_t>(plan.compile.optimizer->initial_state(0).slots.size());
  int64_t weights = plan.graph.weight_size() * float_size;
  int64_t state = weights + slots * plan.graph.trainable_size() * float_size;
  int64_t gradients = weights;
  int64_t file = 2 * state;  // A model file is put together from a copy of its weights.
  try {
    KernelScope scope;
    int64_t training = arena_bytes(plan, PlanMode::training, plan.batch_size);
    int64_t evaluation = arena_bytes(plan, PlanMode::evaluation, inference_block(plan.graph));
    return state + gradients + training + std::max(evaluation, file);
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
}

}  // namespace sluice
