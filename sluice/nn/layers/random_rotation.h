#pragma once

#include "sluice/nn/factor.h"
#include "sluice/nn/layers/random_affine_internal.h"

namespace sluice {

/// In training turns each image about its middle by a random share of a whole turn; else y = x.
struct RandomRotation : RandomAffine {
  Factor factor;

  static constexpr std::string_view class_name = "RandomRotation";
  static constexpr std::string_view doc = "In training turns each image by a random angle.";
  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{required("factor", &RandomRotation::factor, between(-1, 1),
                                              "share of a whole turn, counterclockwise")},
                          RandomAffine::fields());
  }
};

LayerPtr make(const RandomRotation& parameters);
LayerType random_rotation_type();

}  // namespace sluice
