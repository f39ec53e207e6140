#pragma once

#include "sluice/nn/axes.h"
#include "sluice/nn/layer.h"

namespace sluice {

/// y = (x - mean) / sqrt(variance + epsilon) · gamma + beta with mean and variance over some dimensions of one row (Ba
/// et al. 2016). With `rms_scaling` y = x / sqrt(variance + epsilon) · gamma, as Keras has it.
struct LayerNormalization {
  Axes axis{{-1}};
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  bool rms_scaling = false;
  InitializerPtr beta_initializer = zeros();
  InitializerPtr gamma_initializer = ones();
  RegularizerPtr beta_regularizer;
  RegularizerPtr gamma_regularizer;
  ConstraintPtr beta_constraint;
  ConstraintPtr gamma_constraint;

  static constexpr std::string_view class_name = "LayerNormalization";
  static constexpr std::string_view doc = "Normalises each row on its own, scales and shifts it.";
  static constexpr auto fields() {
    using P = LayerNormalization;
    return std::tuple{field("axis", &P::axis, "dimensions, with the batch as 0, that are normalised together"),
                      field("epsilon", &P::epsilon, above(0), "added to the variance"),
                      field("center", &P::center, "whether beta is added"),
                      field("scale", &P::scale, "whether the result is multiplied by gamma"),
                      field("rms_scaling", &P::rms_scaling, "whether the mean stays and there is gamma without beta"),
                      field("beta_initializer", &P::beta_initializer, "how beta is filled"),
                      field("gamma_initializer", &P::gamma_initializer, "how gamma is filled"),
                      field("beta_regularizer", &P::beta_regularizer, "penalty on beta"),
                      field("gamma_regularizer", &P::gamma_regularizer, "penalty on gamma"),
                      field("beta_constraint", &P::beta_constraint, "what beta is forced to after each update"),
                      field("gamma_constraint", &P::gamma_constraint, "what gamma is forced to after each update")};
  }
};

LayerPtr make(const LayerNormalization& parameters);
LayerType layer_normalization_type();

}  // namespace sluice
