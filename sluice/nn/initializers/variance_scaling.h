#pragma once

#include <array>

#include "sluice/nn/initializer.h"

namespace sluice {

/// By what a variance is divided: inputs of an output element, outputs of an input element, or their mean.
enum class FanMode { in, out, average };
constexpr auto enum_names(FanMode) { return std::to_array<std::string_view>({"fan_in", "fan_out", "fan_avg"}); }

enum class Distribution { truncated_normal, untruncated_normal, uniform };
constexpr auto enum_names(Distribution) {
  return std::to_array<std::string_view>({"truncated_normal", "untruncated_normal", "uniform"});
}
constexpr std::string_view enum_alias(Distribution, std::string_view name) {
  return name == "normal" ? "truncated_normal" : name;
}

/// Random with the variance scale / fan.
struct VarianceScaling {
  double scale = 1;
  FanMode mode = FanMode::in;
  Distribution distribution = Distribution::truncated_normal;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "VarianceScaling";
  static constexpr std::string_view doc = "Random with the variance scale / fan.";
  static constexpr auto fields() {
    return std::tuple{field("scale", &VarianceScaling::scale, above(0), "factor of the variance"),
                      field("mode", &VarianceScaling::mode, "which fan"),
                      field("distribution", &VarianceScaling::distribution, "which distribution"),
                      field("seed", &VarianceScaling::seed, "seed of its own; null: the training's")};
  }
};

NamedType<Initializer> variance_scaling_type();
/// Glorot and Bengio 2010, equation 16: variance 2 / (fan_in + fan_out).
NamedType<Initializer> glorot_uniform_type();
NamedType<Initializer> glorot_normal_type();
/// He et al. 2015: variance 2 / fan_in.
NamedType<Initializer> he_uniform_type();
NamedType<Initializer> he_normal_type();
/// LeCun et al. 1998: variance 1 / fan_in.
NamedType<Initializer> lecun_uniform_type();
NamedType<Initializer> lecun_normal_type();

}  // namespace sluice
