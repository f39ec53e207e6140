#include "sluice/nn/convolution.h"

namespace sluice {
namespace {

// Measured on one core with AVX2, GF/s forward, weights, data: 16→32 5×5 lanes 87 68 75, oneDNN 86 72 78;
// 32→64 3×3 lanes 58 57 64, oneDNN 81 58 60. Below, oneDNN falls off (6→16 5×5: lanes 87 72 77, oneDNN 60 72 44).
bool is_wide(const ConvShape& s) {
  constexpr int64_t many = 32;
  return s.channels >= many && s.filters >= many;
}

/// Whether inference goes by products of matrices: kernels of 1×1 are such; elsewhere lanes would hold one row of the
/// batch where there are no more, and of large images they leave the caches.
bool is_product_in_inference(const ConvShape& s) {
  constexpr int64_t large = 64 * 64;
  const bool pointwise = s.kernel_height == 1 && s.kernel_width == 1;
  return pointwise || (s.out_height * s.out_width >= large && !is_wide(s));
}

}  // namespace

Value without_padding(const PlanBuilder& plan, Value x, ConvShape& shape) {
  const auto& padded = plan.padding(x);
  if (!padded) return x;
  shape.height = plan.shape(padded->image)[0];
  shape.width = plan.shape(padded->image)[1];
  shape.pad_top += padded->top;
  shape.pad_left += padded->left;
  return padded->image;
}

Value build_convolution(PlanBuilder& plan, const Convolution& convolution, Value x) {
  const ConvShape& shape = convolution.shape;
  const bool product = shape.groups > 1 || (!plan.training() && is_product_in_inference(shape));
  if (product) return build_gemm_convolution(plan, convolution, x);
  return is_wide(shape) ? build_onednn_convolution(plan, convolution, x) : build_lane_convolution(plan, convolution, x);
}

}  // namespace sluice
