#pragma once

#include "sluice/nn/layer.h"
#include "sluice/nn/sides.h"

namespace sluice {

/// The steps without some at the ends: [steps, channels] → [steps', channels].
struct Cropping1D {
  Sides cropping = {1, 1};

  static constexpr std::string_view class_name = "Cropping1D";
  static constexpr std::string_view doc = "The steps without some at the two ends.";
  static constexpr auto fields() {
    return std::tuple{field("cropping", &Cropping1D::cropping, at_least(0), "how many steps go at the two ends")};
  }
};

/// The image without its border: [height, width, channels] → [height', width', channels].
struct Cropping2D {
  Sides2 cropping;

  static constexpr std::string_view class_name = "Cropping2D";
  static constexpr std::string_view doc = "The image without its border.";
  static constexpr auto fields() {
    return std::tuple{
        field("cropping", &Cropping2D::cropping, at_least(0), "how many rows and columns go at the four ends")};
  }
};

LayerPtr make(const Cropping1D& parameters);
LayerPtr make(const Cropping2D& parameters);
LayerType cropping1d_type();
LayerType cropping2d_type();

}  // namespace sluice
