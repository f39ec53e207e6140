#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// Adam with the largest gradient in place of the mean square (Kingma and Ba 2015, section 7.1).
struct Adamax : UpdateParameters {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;

  static constexpr std::string_view class_name = "Adamax";
  static constexpr std::string_view doc = "Adam with the largest gradient in place of the mean of its square.";
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{field("learning_rate", &Adamax::learning_rate, at_least(0), "step size"),
                   field("beta_1", &Adamax::beta_1, between(0, 1).below_high(), "decay of the mean of the gradient"),
                   field("beta_2", &Adamax::beta_2, between(0, 1).below_high(), "decay of the largest gradient"),
                   field("epsilon", &Adamax::epsilon, above(0), "added to the largest gradient")},
        update_fields());
  }
};

OptimizerPtr make(const Adamax& parameters);
OptimizerType adamax_type();

}  // namespace sluice
