#pragma once

#include <optional>

#include "sluice/nn/layer.h"
#include "sluice/nn/layer_seed.h"

namespace sluice {

/// In training sets inputs to the value that selu approaches far below zero with probability `rate`, then scales and
/// shifts all so that mean 0 and variance 1 stay (Klambauer et al. 2017); else y = x.
struct AlphaDropout {
  double rate = 0.5;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "AlphaDropout";
  static constexpr std::string_view doc = "Dropout for networks of selu: it keeps mean and variance.";
  static constexpr auto fields() {
    return std::tuple{
        required("rate", &AlphaDropout::rate, between(0, 1).below_high(), "share of inputs that are dropped"),
        field("seed", &AlphaDropout::seed, layer_seed_doc)};
  }
};

LayerPtr make(const AlphaDropout& parameters);
LayerType alpha_dropout_type();

}  // namespace sluice
