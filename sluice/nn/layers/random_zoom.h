#pragma once

#include <optional>

#include "sluice/nn/factor.h"
#include "sluice/nn/layers/random_affine_internal.h"

namespace sluice {

/// In training enlarges each image about its middle, or makes it smaller; else y = x.
struct RandomZoom : RandomAffine {
  Factor height_factor;
  std::optional<Factor> width_factor;

  static constexpr std::string_view class_name = "RandomZoom";
  static constexpr std::string_view doc = "In training enlarges each image or makes it smaller.";
  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{required("height_factor", &RandomZoom::height_factor, between(-1, 1).above_low(),
                                              "0.2 shows 1.2 heights, smaller; -0.2 shows 0.8, larger"),
                                     field("width_factor", &RandomZoom::width_factor, between(-1, 1).above_low(),
                                           "the same for the width; null keeps the aspect ratio")},
                          RandomAffine::fields());
  }
};

LayerPtr make(const RandomZoom& parameters);
LayerType random_zoom_type();

}  // namespace sluice
