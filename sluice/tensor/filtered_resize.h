#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace sluice {

/// How pixels of a resized image follow from the old ones, by Keras' names: the nearest, or weighted means of those
/// around; bicubic as Keys 1981 with -1/2, lanczos3 and lanczos5 by the windowed sinc.
enum class ImageFilter { nearest, bilinear, bicubic, lanczos3, lanczos5 };
constexpr auto enum_names(ImageFilter) {
  return std::to_array<const char*>({"nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"});
}

/// A new pixel along a dimension: the sum of old ones from `first` on, times these weights.
struct WeighedPixels {
  int64_t first;
  std::vector<float> weights;
};

/// The `to` new pixels that fill the length of `from` old ones, as tf.image.resize weighs them. With `antialias`, where
/// there are fewer than before, the filter widens by as much. Not for nearest.
std::vector<WeighedPixels> weighed_pixels(int64_t from, int64_t to, ImageFilter filter, bool antialias);

/// Images [height, width, inner] that become [rows, columns, inner].
struct FilteredResize {
  int64_t height, width, inner;
  std::vector<WeighedPixels> rows, columns;

  /// Floats of an image on the way, [height, columns, inner].
  int64_t scratch() const { return height * static_cast<int64_t>(columns.size()) * inner; }
};

/// y [images, rows, columns, inner] from x [images, height, width, inner].
void filtered_resize(int64_t images, const FilteredResize& shape, const float* x, float* y, float* scratch);

/// dx from dy.
void filtered_resize_backward(int64_t images, const FilteredResize& shape, const float* dy, float* dx, float* scratch);

}  // namespace sluice
