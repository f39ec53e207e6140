#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// Steps scaled by running means of squared steps and squared gradients (Zeiler 2012).
struct Adadelta : UpdateParameters {
  LearningRate learning_rate = 0.001;
  double rho = 0.95;
  double epsilon = 1e-7;

  static constexpr std::string_view class_name = "Adadelta";
  static constexpr std::string_view doc = "Steps scaled by running means of squared steps and squared gradients.";
  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{field("learning_rate", &Adadelta::learning_rate, at_least(0), "step size"),
                                     field("rho", &Adadelta::rho, between(0, 1), "decay of the running means"),
                                     field("epsilon", &Adadelta::epsilon, above(0), "added below the roots")},
                          update_fields());
  }
};

OptimizerPtr make(const Adadelta& parameters);
OptimizerType adadelta_type();

}  // namespace sluice
