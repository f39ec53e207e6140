#pragma once

#include <optional>

#include "sluice/nn/layer.h"
#include "sluice/nn/window.h"

namespace sluice {

/// The parameters that both poolings share.
struct Pooling2D {
  Size2 pool_size = {2, 2};
  std::optional<Size2> strides;
  Padding padding = Padding::valid;

  static constexpr auto fields() {
    return std::tuple{
        field("pool_size", &Pooling2D::pool_size, at_least(1), "height and width of the window"),
        field("strides", &Pooling2D::strides, at_least(1), "step of the window; null is pool_size"),
        field("padding", &Pooling2D::padding, "valid: windows inside of the image; same: over its border")};
  }
};

/// The largest value of each window: [height, width, channels] → [height', width', channels].
struct MaxPooling2D : Pooling2D {
  static constexpr std::string_view class_name = "MaxPooling2D";
  static constexpr std::string_view doc = "The largest value of each window, channel by channel.";
};

/// The mean of each window, padding not counted: [height, width, channels] → [height', width', channels].
struct AveragePooling2D : Pooling2D {
  static constexpr std::string_view class_name = "AveragePooling2D";
  static constexpr std::string_view doc = "The mean of each window, channel by channel; padding does not count.";
};

LayerPtr make(const MaxPooling2D& parameters);
LayerPtr make(const AveragePooling2D& parameters);
LayerType max_pooling2d_type();
LayerType average_pooling2d_type();

}  // namespace sluice
