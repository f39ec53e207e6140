#pragma once

#include <cstdint>

namespace sluice {

/// Sizes of images [outer, height, width, inner] that become [outer, height · factor, width · factor, inner].
struct BilinearShape {
  int64_t outer, height, width, inner;
  int64_t factor_height, factor_width;
};

/// y = x interpolated between the centres of pixels; beyond the outermost centres it is constant.
void bilinear(const BilinearShape& shape, const float* x, float* y);

/// dx from dy.
void bilinear_backward(const BilinearShape& shape, const float* dy, float* dx);

}  // namespace sluice
