#pragma once

#include <optional>

#include "sluice/nn/layer.h"
#include "sluice/nn/layer_seed.h"

namespace sluice {

/// In training adds normal numbers of mean 0 to the inputs; else y = x.
struct GaussianNoise {
  double stddev = 0;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "GaussianNoise";
  static constexpr std::string_view doc = "In training adds random numbers to the inputs.";
  static constexpr auto fields() {
    return std::tuple{required("stddev", &GaussianNoise::stddev, between(0, 1), "standard deviation of the numbers"),
                      field("seed", &GaussianNoise::seed, layer_seed_doc)};
  }
};

/// In training multiplies the inputs with normal numbers of mean 1 and variance rate / (1 - rate) (Srivastava et al.
/// 2014, section 10); else y = x.
struct GaussianDropout {
  double rate = 0.5;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "GaussianDropout";
  static constexpr std::string_view doc = "In training multiplies the inputs with random numbers around 1.";
  static constexpr auto fields() {
    return std::tuple{required("rate", &GaussianDropout::rate, between(0, 1),
                               "the variance of the numbers is rate / (1 - rate), as with Dropout"),
                      field("seed", &GaussianDropout::seed, layer_seed_doc)};
  }
};

LayerPtr make(const GaussianNoise& parameters);
LayerPtr make(const GaussianDropout& parameters);
LayerType gaussian_noise_type();
LayerType gaussian_dropout_type();

}  // namespace sluice
