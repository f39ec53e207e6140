#pragma once

#include "sluice/nn/initializer.h"

namespace sluice {

/// Normally distributed.
struct RandomNormal {
  double mean = 0;
  double stddev = 0.05;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "RandomNormal";
  static constexpr std::string_view doc = "Normally distributed.";
  static constexpr auto fields() {
    return std::tuple{field("mean", &RandomNormal::mean, "mean"),
                      field("stddev", &RandomNormal::stddev, at_least(0), "standard deviation"),
                      field("seed", &RandomNormal::seed, "seed of its own; null: the training's")};
  }
};

/// The same, with values beyond two standard deviations drawn again.
struct TruncatedNormal : RandomNormal {
  static constexpr std::string_view class_name = "TruncatedNormal";
  static constexpr std::string_view doc = "Normally distributed, values beyond two standard deviations drawn again.";
};

NamedType<Initializer> random_normal_type();
NamedType<Initializer> truncated_normal_type();

}  // namespace sluice
