#pragma once

#include <array>
#include <cstdint>

#include "sluice/tensor/interpolation.h"
#include "sluice/tensor/reorder.h"

namespace sluice {

/// What lies beyond the edges of an image, by Keras' names: for the pixels abcd
/// kkkk|abcd|kkkk (constant), dcba|abcd|dcba (reflect), abcd|abcd|abcd (wrap), aaaa|abcd|dddd (nearest).
enum class FillMode { constant, reflect, wrap, nearest };
constexpr auto enum_names(FillMode) { return std::to_array<const char*>({"constant", "reflect", "wrap", "nearest"}); }

/// How an image is sampled between its pixels and beyond its edges.
struct AffineSampling {
  Interpolation interpolation = Interpolation::bilinear;
  FillMode fill_mode = FillMode::reflect;
  float fill_value = 0;  ///< For FillMode::constant.
};

/// Where the pixels of a new image come from: that in column x and row y from the place x', y' of the old one, in
/// pixels from the centre of the first. The first six numbers of Keras' transforms, in their order:
/// x' = x_of_x · x + x_of_y · y + x_start, y' = y_of_x · x + y_of_y · y + y_start.
struct AffineTransform {
  float x_of_x = 1, x_of_y = 0, x_start = 0;
  float y_of_x = 0, y_of_y = 1, y_start = 0;
};

/// Floats of scratch that `affine` and `affine_backward` need.
int64_t affine_scratch(const ImageShape& shape);

/// y = x transformed, one image [height, width, channels], as keras.ops.image.affine_transform on TensorFlow.
void affine(const ImageShape& shape, const AffineSampling& sampling, const AffineTransform& transform, const float* x,
            float* scratch, float* y);

/// dx from dy: each gradient goes back to the pixels that its pixel was mixed of, in their shares.
void affine_backward(const ImageShape& shape, const AffineSampling& sampling, const AffineTransform& transform,
                     const float* dy, float* scratch, float* dx);

}  // namespace sluice
