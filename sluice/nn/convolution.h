#pragma once

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/lane_conv.h"

namespace sluice {

/// One convolution of a plan.
struct Convolution {
  ConvShape shape;
  int64_t kernel;  ///< Offset of the kernel among the weights.
  int64_t bias;    ///< Offset of the bias, -1 without.
  bool relu;       ///< Whether the kernel applies the rectifier.

  int64_t kernel_size() const { return shape.kernel_height * shape.kernel_width * shape.channels * shape.filters; }
  /// Of one pass over one row.
  int64_t flop() const { return 2 * shape.out_height * shape.out_width * kernel_size(); }
};

/// Appends a convolution of x, forward and reverse, and returns y. The kernel and so the layout follow from the shape
/// alone: one row in each lane where channels are few, else oneDNN over rows.
Value build_convolution(PlanBuilder& plan, const Convolution& convolution, Value x);

/// The two ways to do it.
Value build_lane_convolution(PlanBuilder& plan, const Convolution& convolution, Value x);
Value build_onednn_convolution(PlanBuilder& plan, const Convolution& convolution, Value x);

}  // namespace sluice
