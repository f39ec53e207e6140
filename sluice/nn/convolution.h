#pragma once

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/row_conv.h"

namespace sluice {

/// One convolution of a plan.
struct Convolution {
  ConvShape shape;
  int64_t kernel = -1;  ///< Offset of the kernel among the weights.
  int64_t bias = -1;    ///< Offset of the bias, -1 without.
  bool relu = false;    ///< Whether the kernel applies the rectifier.

  int64_t kernel_size() const {
    return shape.kernel_height * shape.kernel_width * shape.channels / shape.groups * shape.filters;
  }
  /// Of one pass over one row.
  int64_t flop() const { return 2 * shape.out_height * shape.out_width * kernel_size(); }
};

/// Lets the windows go over the border of an image instead of over zeros around it: where x is such a padded image,
/// returns the image and changes the shape; else returns x.
Value without_padding(const PlanBuilder& plan, Value x, ConvShape& shape);

/// Appends a convolution of x, forward and reverse, and returns y. The kernel and so the layout follow from the shape
/// and the plan's mode, never from the batch: over rows where channels fill vectors, else one row in each lane;
/// products of matrices for groups and, in inference, for kernels of 1×1 and large images.
Value build_convolution(PlanBuilder& plan, const Convolution& convolution, Value x);

/// The faster way to convolve over rows.
const RowConv& row_conv_for(const ConvShape& shape);

/// The ways to do it.
Value build_row_convolution(PlanBuilder& plan, const Convolution& convolution, Value x);
Value build_lane_convolution(PlanBuilder& plan, const Convolution& convolution, Value x);
Value build_gemm_convolution(PlanBuilder& plan, const Convolution& convolution, Value x);

/// Appends a transposed convolution: the reverse of `convolution` as a forward pass, from what has the shape of its
/// outputs to what has that of its inputs. The kernel is [kernel_height, kernel_width, channels, filters] of the
/// convolution; the bias has one element for each of its channels.
Value build_transposed_convolution(PlanBuilder& plan, const Convolution& convolution, Value x);

/// Appends a convolution of each channel by itself: as many groups as channels, and one filter or more in each.
Value build_depthwise_convolution(PlanBuilder& plan, const Convolution& convolution, Value x);

}  // namespace sluice
