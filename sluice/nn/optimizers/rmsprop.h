#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// Steps divided by the root of a running mean of the square of the gradient (Hinton 2012), as Keras has them.
struct RMSprop : UpdateParameters {
  LearningRate learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0;
  double epsilon = 1e-7;
  bool centered = false;

  static constexpr std::string_view class_name = "RMSprop";
  static constexpr std::string_view doc = "Steps divided by the root of the running mean square of the gradient.";
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{field("learning_rate", &RMSprop::learning_rate, at_least(0), "step size"),
                   field("rho", &RMSprop::rho, between(0, 1), "decay of the running means"),
                   field("momentum", &RMSprop::momentum, between(0, 1), "share of the last step that is kept"),
                   field("epsilon", &RMSprop::epsilon, above(0), "added below the root"),
                   field("centered", &RMSprop::centered, "whether the variance stands for the mean square")},
        update_fields());
  }
};

OptimizerPtr make(const RMSprop& parameters);
OptimizerType rmsprop_type();

}  // namespace sluice
