#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// Stochastic gradient descent, with momentum and Nesterov's variant.
struct SGD : UpdateParameters {
  LearningRate learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;

  static constexpr std::string_view class_name = "SGD";
  static constexpr std::string_view doc = "Gradient descent, with momentum and Nesterov's variant.";
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{field("learning_rate", &SGD::learning_rate, at_least(0), "step size"),
                   field("momentum", &SGD::momentum, between(0, 1), "share of the last step that is kept"),
                   field("nesterov", &SGD::nesterov, "whether the gradient is taken ahead of the step")},
        update_fields());
  }
};

OptimizerPtr make(const SGD& parameters);
OptimizerType sgd_type();

}  // namespace sluice
