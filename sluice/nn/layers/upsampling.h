#pragma once

#include "sluice/nn/layer.h"
#include "sluice/tensor/filtered_resize.h"

namespace sluice {

/// Each step several times: [steps, channels] → [steps · size, channels].
struct UpSampling1D {
  int64_t size = 2;

  static constexpr std::string_view class_name = "UpSampling1D";
  static constexpr std::string_view doc = "Each step several times.";
  static constexpr auto fields() {
    return std::tuple{field("size", &UpSampling1D::size, at_least(1), "how often each step is repeated")};
  }
};

/// A larger image: [height, width, channels] → [height · size, width · size, channels]. Pixels are squares whose
/// centres the bilinear kind interpolates, as TensorFlow does.
struct UpSampling2D {
  Size2 size = {2, 2};
  ImageFilter interpolation = ImageFilter::nearest;

  static constexpr std::string_view class_name = "UpSampling2D";
  static constexpr std::string_view doc = "A larger image, by repetition or interpolation.";
  static constexpr auto fields() {
    return std::tuple{field("size", &UpSampling2D::size, at_least(1), "factors of height and width"),
                      field("interpolation", &UpSampling2D::interpolation,
                            "nearest: repeated pixels; else how new pixels follow from those around")};
  }
};

LayerPtr make(const UpSampling1D& parameters);
LayerPtr make(const UpSampling2D& parameters);
LayerType up_sampling1d_type();
LayerType up_sampling2d_type();

}  // namespace sluice
