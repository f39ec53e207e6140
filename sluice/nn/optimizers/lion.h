#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// The sign of a running mean of the gradient (Chen et al. 2023).
struct Lion : UpdateParameters {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.99;

  static constexpr std::string_view class_name = "Lion";
  static constexpr std::string_view doc = "Steps of equal size along the sign of a running mean of the gradient.";
  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{field("learning_rate", &Lion::learning_rate, at_least(0), "step size"),
                                     field("beta_1", &Lion::beta_1, between(0, 1).above_low(),
                                           "share of the running mean in the direction"),
                                     field("beta_2", &Lion::beta_2, between(0, 1), "decay of the running mean")},
                          update_fields());
  }
};

OptimizerPtr make(const Lion& parameters);
OptimizerType lion_type();

}  // namespace sluice
