#pragma once

#include "sluice/nn/factor.h"
#include "sluice/nn/layers/random_affine_internal.h"

namespace sluice {

/// In training shifts each image by random shares of its height and width; else y = x.
struct RandomTranslation : RandomAffine {
  Factor height_factor;
  Factor width_factor;

  static constexpr std::string_view class_name = "RandomTranslation";
  static constexpr std::string_view doc = "In training shifts each image by random shares of its height and width.";
  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{required("height_factor", &RandomTranslation::height_factor, between(-1, 1),
                                              "share of the height, downwards"),
                                     required("width_factor", &RandomTranslation::width_factor, between(-1, 1),
                                              "share of the width, to the right")},
                          RandomAffine::fields());
  }
};

LayerPtr make(const RandomTranslation& parameters);
LayerType random_translation_type();

}  // namespace sluice
