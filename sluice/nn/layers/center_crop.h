#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// The middle of each image: [height, width, channels] → [p.height, p.width, channels]. Where an image is smaller, the
/// largest window in its middle that has this aspect ratio, resized (bilinear).
struct CenterCrop {
  int64_t height = 0;
  int64_t width = 0;

  static constexpr std::string_view class_name = "CenterCrop";
  static constexpr std::string_view doc = "The middle of each image.";
  static constexpr auto fields() {
    return std::tuple{required("height", &CenterCrop::height, between(1, 1 << 20), "pixels of the result"),
                      required("width", &CenterCrop::width, between(1, 1 << 20), "pixels of the result")};
  }
};

LayerPtr make(const CenterCrop& parameters);
LayerType center_crop_type();

}  // namespace sluice
