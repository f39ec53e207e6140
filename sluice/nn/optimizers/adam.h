#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// Adam (Kingma and Ba 2015).
struct Adam {
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;

  static constexpr std::string_view class_name = "Adam";
  static constexpr std::string_view doc = "Adam: steps scaled by running means of the gradient and of its square.";
  static constexpr auto fields() {
    return std::tuple{field("learning_rate", &Adam::learning_rate, at_least(0), "step size"),
                      field("beta_1", &Adam::beta_1, between(0, 1).below_high(), "decay of the mean of the gradient"),
                      field("beta_2", &Adam::beta_2, between(0, 1).below_high(), "decay of the mean of its square"),
                      field("epsilon", &Adam::epsilon, at_least(0), "added to the root")};
  }
};

OptimizerPtr make(const Adam& parameters);
OptimizerType adam_type();

}  // namespace sluice
