#pragma once

#include <optional>

#include "sluice/nn/layer.h"
#include "sluice/nn/window.h"
#include "sluice/params/size1.h"

namespace sluice {

/// The parameters that both poolings share.
struct Pooling1D {
  Size1 pool_size = {2};
  std::optional<Size1> strides;
  Padding padding = Padding::valid;

  static constexpr auto fields() {
    return std::tuple{field("pool_size", &Pooling1D::pool_size, at_least(1), "length of the window"),
                      field("strides", &Pooling1D::strides, at_least(1), "step of the window; null is pool_size"),
                      field("padding", &Pooling1D::padding, "valid: windows inside of the input; same: over its ends")};
  }
};

/// The largest value of each window: [steps, channels] → [steps', channels].
struct MaxPooling1D : Pooling1D {
  static constexpr std::string_view class_name = "MaxPooling1D";
  static constexpr std::string_view doc = "The largest value of each window of steps, channel by channel.";
};

/// The mean of each window, padding not counted: [steps, channels] → [steps', channels].
struct AveragePooling1D : Pooling1D {
  static constexpr std::string_view class_name = "AveragePooling1D";
  static constexpr std::string_view doc =
      "The mean of each window of steps, channel by channel; padding does not count.";
};

LayerPtr make(const MaxPooling1D& parameters);
LayerPtr make(const AveragePooling1D& parameters);
LayerType max_pooling1d_type();
LayerType average_pooling1d_type();

}  // namespace sluice
