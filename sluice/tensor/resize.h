#pragma once

#include <cstdint>
#include <vector>

#include "sluice/tensor/interpolation.h"

namespace sluice {

/// The two old pixels between which a new one lies along a dimension, and the share of the second.
struct Between {
  int64_t first, second;
  float share;
};

/// Where `to` new pixels lie that fill the length of `from` old ones, as tf.image.resize places them: pixels are
/// intervals of one length, and their centres count.
std::vector<Between> resized_places(int64_t from, int64_t to, Interpolation interpolation);

/// Images [height, width, inner] that become [rows, columns, inner].
struct ResizeShape {
  int64_t height, width, inner;
  std::vector<Between> rows, columns;
};

/// y [images, rows, columns, inner] from x [images, height, width, inner].
void resize(int64_t images, const ResizeShape& shape, const float* x, float* y);

/// dx from dy.
void resize_backward(int64_t images, const ResizeShape& shape, const float* dy, float* dx);

}  // namespace sluice
