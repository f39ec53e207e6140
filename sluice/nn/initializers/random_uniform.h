#pragma once

#include "sluice/nn/initializer.h"

namespace sluice {

/// Uniform between two values.
struct RandomUniform {
  double minval = -0.05;
  double maxval = 0.05;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "RandomUniform";
  static constexpr std::string_view doc = "Uniform between minval and maxval.";
  static constexpr auto fields() {
    return std::tuple{field("minval", &RandomUniform::minval, "lower end"),
                      field("maxval", &RandomUniform::maxval, "upper end"),
                      field("seed", &RandomUniform::seed, "seed of its own; null: the training's")};
  }
};

InitializerPtr make(const RandomUniform& parameters);
NamedType<Initializer> random_uniform_type();

}  // namespace sluice
