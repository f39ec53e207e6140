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

/// Dropout of whole channels of [steps, channels] (Tompson et al. 2014).
struct SpatialDropout1D {
  double rate = 0.5;

  static constexpr std::string_view class_name = "SpatialDropout1D";
  static constexpr std::string_view doc =
      "In training sets random channels of a sequence to zero and scales the others.";
  static constexpr auto fields() {
    return std::tuple{
        required("rate", &SpatialDropout1D::rate, between(0, 1).below_high(), "share of channels that become zero")};
  }
};

/// Dropout of whole channels of an image.
struct SpatialDropout2D {
  double rate = 0.5;

  static constexpr std::string_view class_name = "SpatialDropout2D";
  static constexpr std::string_view doc = "In training sets random channels of an image to zero and scales the others.";
  static constexpr auto fields() {
    return std::tuple{
        required("rate", &SpatialDropout2D::rate, between(0, 1).below_high(), "share of channels that become zero")};
  }
};

LayerPtr make(const Dropout& parameters);
LayerPtr make(const SpatialDropout1D& parameters);
LayerPtr make(const SpatialDropout2D& parameters);
LayerType dropout_type();
LayerType spatial_dropout1d_type();
LayerType spatial_dropout2d_type();

}  // namespace sluice
