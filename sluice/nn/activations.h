#pragma once

#include <functional>
#include <string>

#include "sluice/nn/plan_builder.h"

namespace sluice {

/// The shape of a value behind an activation: glu halves the last dimension. Throws Error(invalid_argument) where that
/// is odd. Keras' own summary has the whole size there.
Shape activated_shape(Shape shape, Activation activation);

/// Appends an activation function to a value, forward and reverse; softmax, log_softmax, sparsemax and glu run over the
/// last dimension. The result is linked to its logits so that a loss can start from them.
Value build_activation(PlanBuilder& plan, Value x, Activation activation);

/// Appends the reverse of an activation that a kernel has applied itself, of a kind whose derivative follows from its
/// value: turns the gradient of `y` in place. Returns the turned gradient, empty when there is none.
Buffer build_fused_activation_backward(PlanBuilder& plan, Value y, Activation activation);

/// A function of single elements: y = f(x), dx = dy · f'. The reverse is handed x where `from_input`, else y.
struct Elementwise {
  std::string kernel;
  bool from_input = false;
  std::function<void(int64_t n, const float* x, float* y)> forward;
  std::function<void(int64_t n, const float* known, const float* dy, float* dx)> backward;
};

/// Appends such a function, forward and reverse, in whatever layout x lies. What the reverse has no need of is not
/// kept.
Value build_elementwise(PlanBuilder& plan, Value x, const Elementwise& function);

}  // namespace sluice
