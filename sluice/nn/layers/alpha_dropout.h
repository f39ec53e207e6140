#pragma once

#include <optional>

#include "sluice/nn/layer.h"
#include "sluice/nn/layer_seed.h"
#include "sluice/nn/noise.h"

namespace sluice {

/// In training sets inputs to the value that selu approaches far below zero with probability `rate`, then scales and
/// shifts all so that mean 0 and variance 1 stay (Klambauer et al. 2017); else y = x.
struct AlphaDropout {
  double rate = 0.5;
  NoiseShape noise_shape;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "AlphaDropout";
  static constexpr std::string_view doc = "Dropout for networks of selu: it keeps mean and variance.";
  static constexpr auto fields() {
    return std::tuple{required("rate", &AlphaDropout::rate, between(0, 1), "share of inputs that are dropped"),
                      field("noise_shape", &AlphaDropout::noise_shape, "what shares one draw, as with Dropout"),
                      field("seed", &AlphaDropout::seed, layer_seed_doc)};
  }
};

LayerPtr make(const AlphaDropout& parameters);
LayerType alpha_dropout_type();

}  // namespace sluice
