#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// y = x where x > 0, else alpha · (e^x - 1) (Clevert et al. 2015).
struct ELU {
  double alpha = 1;

  static constexpr std::string_view class_name = "ELU";
  static constexpr std::string_view doc = "The exponential linear unit: smooth, down to -alpha.";
  static constexpr auto fields() {
    return std::tuple{field("alpha", &ELU::alpha, at_least(0), "how far below zero results go")};
  }
};

LayerPtr make(const ELU& parameters);
LayerType elu_type();

}  // namespace sluice
