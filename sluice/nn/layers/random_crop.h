#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// In training a random window of each image: [height, width, channels] → [p.height, p.width, channels]. In inference,
/// and of images that are not larger in both directions: the largest window in the middle that has this aspect ratio,
/// resized (bilinear), as Keras' documentation says; Keras 3.15 leaves images of inference as they are, and then fails
/// at the next layer.
struct RandomCrop {
  int64_t height = 0;
  int64_t width = 0;

  static constexpr std::string_view class_name = "RandomCrop";
  static constexpr std::string_view doc = "In training a random window of each image; else the middle, resized.";
  static constexpr auto fields() {
    return std::tuple{required("height", &RandomCrop::height, between(1, 1 << 20), "pixels of the result"),
                      required("width", &RandomCrop::width, between(1, 1 << 20), "pixels of the result")};
  }
};

LayerPtr make(const RandomCrop& parameters);
LayerType random_crop_type();

}  // namespace sluice
