#pragma once

#include "sluice/tensor/reorder.h"

namespace sluice {

/// What pixels are multiplied with, about the mean of their channel in the image, and then moved by; the result is cut
/// off at `low` and `high`.
struct Contrast {
  float factor, shift;
  float low, high;
};

/// y = (x - mean) · factor + mean + shift, between low and high, for one image. `means` holds shape.channels floats.
void contrast(const ImageShape& shape, const Contrast& change, const float* x, float* means, float* y);

/// dx from x and dy; what was cut off has no gradient. `means` holds 2 · shape.channels floats.
void contrast_backward(const ImageShape& shape, const Contrast& change, const float* x, const float* dy, float* means,
                       float* dx);

}  // namespace sluice
