#pragma once

#include <cstdint>

namespace sluice {

/// Sizes of a two-dimensional pooling over arrays [outer, height, width, inner]: images as rows have outer = rows and
/// inner = channels; images in lanes have outer = groups · channels and inner = lanes. Windows reach over the border
/// by `pad_top` and `pad_left`, and as far as `out_height` and `out_width` ask at the other end; padding does not
/// count.
struct PoolShape {
  int64_t outer, height, width, inner;
  int64_t pool_height, pool_width;
  int64_t stride_height, stride_width;
  int64_t pad_top = 0, pad_left = 0;
  int64_t out_height, out_width;
};

/// y = the largest value of each window.
void max_pool(const PoolShape& shape, const float* x, float* y);

/// The same, and places = where in its window, counted row by row, each y is met first: all that `max_pool_backward`
/// needs, so that x need not be kept. `rectified`: -1 where y is not above zero, for a rectifier before the pooling.
void max_pool_places(const PoolShape& shape, const float* x, bool rectified, float* y, float* places);

/// dx from dy; the gradient of a window goes to its first largest value, as in TensorFlow.
void max_pool_backward(const PoolShape& shape, const float* places, const float* dy, float* dx);

/// dx from dy where one window is the whole image: all of its largest values share the gradient, as in TensorFlow.
void global_max_pool_backward(const PoolShape& shape, const float* x, const float* y, const float* dy, float* dx);

/// y = the mean of each window's values inside of the image.
void average_pool(const PoolShape& shape, const float* x, float* y);

void average_pool_backward(const PoolShape& shape, const float* dy, float* dx);

/// The same with zero where x is not above zero: goes through a rectifier before the pooling, too.
void rectified_average_pool_backward(const PoolShape& shape, const float* x, const float* dy, float* dx);

}  // namespace sluice
