#pragma once

#include "sluice/nn/layer.h"
#include "sluice/nn/sides.h"

namespace sluice {

/// Zeros in front of and behind the steps: [steps, channels] → [steps', channels].
struct ZeroPadding1D {
  Sides padding = {1, 1};

  static constexpr std::string_view class_name = "ZeroPadding1D";
  static constexpr std::string_view doc = "Zeros in front of and behind the steps.";
  static constexpr auto fields() {
    return std::tuple{field("padding", &ZeroPadding1D::padding, at_least(0), "how many zeros at the two ends")};
  }
};

/// Zeros around the image: [height, width, channels] → [height', width', channels].
struct ZeroPadding2D {
  Sides2 padding = {{1, 1}, {1, 1}};

  static constexpr std::string_view class_name = "ZeroPadding2D";
  static constexpr std::string_view doc = "Zeros around the image.";
  static constexpr auto fields() {
    return std::tuple{field("padding", &ZeroPadding2D::padding, at_least(0), "how many zeros at the four ends")};
  }
};

LayerPtr make(const ZeroPadding1D& parameters);
LayerPtr make(const ZeroPadding2D& parameters);
LayerType zero_padding1d_type();
LayerType zero_padding2d_type();

}  // namespace sluice
