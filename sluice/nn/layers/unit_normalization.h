#pragma once

#include "sluice/nn/axes.h"
#include "sluice/nn/layer.h"

namespace sluice {

/// y = x / length, of the vectors in some dimensions of a row; vectors shorter than 1e-12 are multiplied by 1e12.
struct UnitNormalization {
  Axes axis{{-1}};

  static constexpr std::string_view class_name = "UnitNormalization";
  static constexpr std::string_view doc = "Brings vectors to length 1.";
  static constexpr auto fields() {
    return std::tuple{
        field("axis", &UnitNormalization::axis, "dimensions, with the batch as 0, that make a vector together")};
  }
};

LayerPtr make(const UnitNormalization& parameters);
LayerType unit_normalization_type();

}  // namespace sluice
