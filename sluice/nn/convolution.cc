#include "sluice/nn/convolution.h"

namespace sluice {

Value build_convolution(PlanBuilder& plan, const Convolution& convolution, Value x) {
  if (convolution.shape.groups > 1) return build_gemm_convolution(plan, convolution, x);
  // Measured on one core with AVX2, GF/s forward, weights, data: 16→32 5×5 lanes 87 68 75, oneDNN 86 72 78;
  // 32→64 3×3 lanes 58 57 64, oneDNN 81 58 60. Below, oneDNN falls off (6→16 5×5: lanes 87 72 77, oneDNN 60 72 44).
  constexpr int64_t many = 32;
  const bool wide = convolution.shape.channels >= many && convolution.shape.filters >= many;
  return wide ? build_onednn_convolution(plan, convolution, x) : build_lane_convolution(plan, convolution, x);
}

}  // namespace sluice
