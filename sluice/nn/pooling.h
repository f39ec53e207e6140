#pragma once

#include <functional>
#include <string>

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/pooling.h"

namespace sluice {

/// A kind of pooling; the shapes handed to its kernels are complete.
struct PoolKernels {
  std::string name;
  void (*forward)(const PoolShape& shape, const float* x, float* y);
  void (*backward)(const PoolShape& shape, const float* x, const float* y, const float* dy, float* dx);
  bool backward_reads_values;  ///< Whether `backward` looks at x and y.
  /// dx from dy, with zero where x is not above zero; null where there is none.
  void (*rectified_backward)(const PoolShape& shape, const float* x, const float* dy, float* dx) = nullptr;
};

/// All of the largest values share the gradient.
PoolKernels global_max_pooling();
PoolKernels average_pooling();

/// Appends a pooling, forward and reverse, in whatever layout `input` lies. `window` describes it as an image without
/// `outer` and `inner`; [steps, channels] is an image of width 1.
Value build_pooling(PlanBuilder& plan, Value input, PoolShape window, const Shape& output, const PoolKernels& kernels);

/// The same with the largest value, the first of which takes the gradient.
Value build_max_pooling(PlanBuilder& plan, Value input, PoolShape window, const Shape& output);

}  // namespace sluice
