#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// In training sets inputs to zero with probability `rate` and scales the others by 1 / (1 - rate); else y = x.
struct Dropout {
  double rate = 0.5;

  static constexpr std::string_view class_name = "Dropout";
  static constexpr std::string_view doc =
      "In training sets a random share of the inputs to zero and scales the others.";
  static constexpr auto fields() {
    return std::tuple{required("rate", &Dropout::rate, between(0, 1).below_high(), "share of inputs that become zero")};
  }
};

LayerPtr make(const Dropout& parameters);
LayerType dropout_type();

}  // namespace sluice
