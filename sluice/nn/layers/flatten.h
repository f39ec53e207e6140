#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// Any shape → [elements], channels last.
struct Flatten {
  static constexpr std::string_view class_name = "Flatten";
  static constexpr std::string_view doc = "Makes one vector of each row, channels running fastest.";
  static constexpr auto fields() { return std::tuple{}; }
};

LayerPtr make(const Flatten& parameters);
LayerType flatten_type();

}  // namespace sluice
