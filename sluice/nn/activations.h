#pragma once

#include "sluice/nn/plan_builder.h"

namespace sluice {

/// Appends an activation function to a value, forward and reverse; softmax runs over the last dimension. The result is
/// linked to its logits where a loss can start from them.
Value build_activation(PlanBuilder& plan, Value x, Activation activation);

/// Appends the reverse of an activation that a kernel has applied itself: turns the gradient of `y` in place.
/// Returns the turned gradient, empty when there is none.
Buffer build_fused_activation_backward(PlanBuilder& plan, Value y, Activation activation);

}  // namespace sluice
