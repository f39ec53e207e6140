#pragma once

#include "sluice/nn/axes.h"
#include "sluice/nn/layer.h"

namespace sluice {

/// y = x where x > 0, else alpha · x with a learnt alpha for each element of a row (He et al. 2015); one alpha for all
/// along shared axes.
struct PReLU {
  InitializerPtr alpha_initializer = zeros();
  RegularizerPtr alpha_regularizer;
  ConstraintPtr alpha_constraint;
  Axes shared_axes;

  static constexpr std::string_view class_name = "PReLU";
  static constexpr std::string_view doc = "The rectifier with learnt slopes where the input is negative.";
  static constexpr auto fields() {
    using P = PReLU;
    return std::tuple{
        field("alpha_initializer", &P::alpha_initializer, "how the slopes are filled"),
        field("alpha_regularizer", &P::alpha_regularizer, "penalty on the slopes"),
        field("alpha_constraint", &P::alpha_constraint, "what the slopes are forced to after each update"),
        field("shared_axes", &P::shared_axes, at_least(1), "dimensions along which a slope is shared; the batch is 0")};
  }
};

LayerPtr make(const PReLU& parameters);
LayerType prelu_type();

}  // namespace sluice
