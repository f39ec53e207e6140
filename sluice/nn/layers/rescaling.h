#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// y = x · scale + offset.
struct Rescaling {
  double scale = 1;
  double offset = 0;

  static constexpr std::string_view class_name = "Rescaling";
  static constexpr std::string_view doc = "Multiplies by scale and adds offset, such as 1/255 to bring bytes to 0 … 1.";
  static constexpr auto fields() {
    return std::tuple{required("scale", &Rescaling::scale, "factor"),
                      field("offset", &Rescaling::offset, "added afterwards")};
  }
};

LayerPtr make(const Rescaling& parameters);
LayerType rescaling_type();

}  // namespace sluice
