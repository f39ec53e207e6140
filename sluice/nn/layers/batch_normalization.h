#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// y = (x - mean) / sqrt(variance + epsilon) · gamma + beta for each channel (Ioffe and Szegedy 2015). In training mean
/// and biased variance are those of the batch, and the moving ones become moving · momentum + batch · (1 - momentum);
/// else, and in a frozen layer, they are the moving ones.
struct BatchNormalization {
  int64_t axis = -1;
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  InitializerPtr beta_initializer = zeros();
  InitializerPtr gamma_initializer = ones();
  InitializerPtr moving_mean_initializer = zeros();
  InitializerPtr moving_variance_initializer = ones();
  RegularizerPtr beta_regularizer;
  RegularizerPtr gamma_regularizer;
  ConstraintPtr beta_constraint;
  ConstraintPtr gamma_constraint;

  static constexpr std::string_view class_name = "BatchNormalization";
  static constexpr std::string_view doc = "Normalises each channel over the batch, scales and shifts it.";
  static constexpr auto fields() {
    using P = BatchNormalization;
    return std::tuple{
        field("axis", &P::axis, "dimension of the channels, with the batch as 0"),
        field("momentum", &P::momentum, between(0, 1), "what is kept of the moving statistics in a step"),
        field("epsilon", &P::epsilon, above(0), "added to the variance"),
        field("center", &P::center, "whether beta is added"),
        field("scale", &P::scale, "whether the result is multiplied by gamma"),
        field("beta_initializer", &P::beta_initializer, "how beta is filled"),
        field("gamma_initializer", &P::gamma_initializer, "how gamma is filled"),
        field("moving_mean_initializer", &P::moving_mean_initializer, "how the moving mean is filled"),
        field("moving_variance_initializer", &P::moving_variance_initializer, "how the moving variance is filled"),
        field("beta_regularizer", &P::beta_regularizer, "penalty on beta"),
        field("gamma_regularizer", &P::gamma_regularizer, "penalty on gamma"),
        field("beta_constraint", &P::beta_constraint, "what beta is forced to after each update"),
        field("gamma_constraint", &P::gamma_constraint, "what gamma is forced to after each update")};
  }
};

LayerPtr make(const BatchNormalization& parameters);
LayerType batch_normalization_type();

}  // namespace sluice
