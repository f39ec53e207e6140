#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// Adam with Nesterov's momentum (Dozat 2015).
struct Nadam : UpdateParameters {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;

  static constexpr std::string_view class_name = "Nadam";
  static constexpr std::string_view doc = "Adam with Nesterov's momentum.";
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{field("learning_rate", &Nadam::learning_rate, at_least(0), "step size"),
                   field("beta_1", &Nadam::beta_1, between(0, 1).below_high(), "decay of the mean of the gradient"),
                   field("beta_2", &Nadam::beta_2, between(0, 1).below_high(), "decay of the mean of its square"),
                   field("epsilon", &Nadam::epsilon, above(0), "added to the root")},
        update_fields());
  }
};

OptimizerPtr make(const Nadam& parameters);
OptimizerType nadam_type();

}  // namespace sluice
