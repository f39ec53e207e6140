#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/nn/plan.h"

namespace sluice {

/// What one call of a plan costs for a whole batch.
struct CallProfile {
  std::string node;
  std::string kernel;
  double seconds;  ///< The least of several runs.
  int64_t flop;    ///< Of the kernels that multiply matrices; 0 for others.
  int64_t bytes;   ///< Of the buffers that it reads and writes.
};

/// What a step of a plan costs, call by call.
struct PlanProfile {
  std::vector<CallProfile> calls;
  int64_t arena_bytes = 0;
  double flop_rate = 0;  ///< That this core reaches at most, see tensor/core_rate.h.
};

/// Returns the bytes that `profile_plan` takes beside the model; nothing when that is more than can be asked for.
std::optional<int64_t> profile_memory(const Model& model, PlanMode mode, int64_t batch);

/// Runs batches of zeros through a model and measures each call; a training step ends with the optimizer's update.
/// Throws Error(invalid_argument) when the model has no loss or optimizer and `mode` is training.
PlanProfile profile_plan(const Model& model, PlanMode mode, int64_t batch);

}  // namespace sluice
