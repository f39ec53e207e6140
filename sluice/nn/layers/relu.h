#pragma once

#include <optional>

#include "sluice/nn/layer.h"

namespace sluice {

/// y = min(x, max_value) where x > threshold, else negative_slope · (x - threshold).
struct ReLU {
  std::optional<double> max_value;
  double negative_slope = 0;
  double threshold = 0;

  static constexpr std::string_view class_name = "ReLU";
  static constexpr std::string_view doc = "The rectifier: zero, or little, where the input is below a threshold.";
  static constexpr auto fields() {
    return std::tuple{field("max_value", &ReLU::max_value, at_least(0), "largest result; null: none"),
                      field("negative_slope", &ReLU::negative_slope, at_least(0), "slope below the threshold"),
                      field("threshold", &ReLU::threshold, at_least(0), "where the input begins to pass")};
  }
};

/// y = x where x > 0, else negative_slope · x.
struct LeakyReLU {
  double negative_slope = 0.3;

  static constexpr std::string_view class_name = "LeakyReLU";
  static constexpr std::string_view doc = "The rectifier with a small slope where the input is negative.";
  static constexpr auto fields() {
    return std::tuple{field("negative_slope", &LeakyReLU::negative_slope, at_least(0), "slope below zero")};
  }
};

LayerPtr make(const ReLU& parameters);
LayerPtr make(const LeakyReLU& parameters);
LayerType relu_type();
LayerType leaky_relu_type();

}  // namespace sluice
