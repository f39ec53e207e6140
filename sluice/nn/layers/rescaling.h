#pragma once

#include "sluice/nn/layer.h"
#include "sluice/params/number_array.h"

namespace sluice {

/// y = x · scale + offset. Lists stand for the last dimensions of the input, so that one number a channel is a list.
struct Rescaling {
  NumberArray scale = 1;
  NumberArray offset = 0;

  static constexpr std::string_view class_name = "Rescaling";
  static constexpr std::string_view doc = "Multiplies by scale and adds offset, such as 1/255 to bring bytes to 0 … 1.";
  static constexpr auto fields() {
    return std::tuple{required("scale", &Rescaling::scale, "factor, or a list with one for each channel"),
                      field("offset", &Rescaling::offset, "added afterwards")};
  }
};

LayerPtr make(const Rescaling& parameters);
LayerType rescaling_type();

}  // namespace sluice
