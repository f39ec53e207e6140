#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// Steps divided by the root of the sum of all squared gradients (Duchi et al. 2011).
struct Adagrad : UpdateParameters {
  LearningRate learning_rate = 0.001;
  double initial_accumulator_value = 0.1;
  double epsilon = 1e-7;

  static constexpr std::string_view class_name = "Adagrad";
  static constexpr std::string_view doc = "Steps divided by the root of the sum of all squared gradients.";
  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{field("learning_rate", &Adagrad::learning_rate, at_least(0), "step size"),
                                     field("initial_accumulator_value", &Adagrad::initial_accumulator_value,
                                           at_least(0), "what the sums start from"),
                                     field("epsilon", &Adagrad::epsilon, above(0), "added below the root")},
                          update_fields());
  }
};

OptimizerPtr make(const Adagrad& parameters);
OptimizerType adagrad_type();

}  // namespace sluice
