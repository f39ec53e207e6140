#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// y = (x - mean) / sqrt(variance + epsilon) · gamma + beta with mean and variance over a group of channels of one row
/// (Wu and He 2018).
struct GroupNormalization {
  int64_t groups = 32;
  int64_t axis = -1;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  InitializerPtr beta_initializer = zeros();
  InitializerPtr gamma_initializer = ones();
  RegularizerPtr beta_regularizer;
  RegularizerPtr gamma_regularizer;
  ConstraintPtr beta_constraint;
  ConstraintPtr gamma_constraint;

  static constexpr std::string_view class_name = "GroupNormalization";
  static constexpr std::string_view doc = "Normalises groups of channels of each row, scales and shifts them.";
  static constexpr auto fields() {
    using P = GroupNormalization;
    return std::tuple{field("groups", &P::groups, at_least(-1), "into how many groups the channels go; -1: one each"),
                      field("axis", &P::axis, "dimension of the channels, with the batch as 0"),
                      field("epsilon", &P::epsilon, above(0), "added to the variance"),
                      field("center", &P::center, "whether beta is added"),
                      field("scale", &P::scale, "whether the result is multiplied by gamma"),
                      field("beta_initializer", &P::beta_initializer, "how beta is filled"),
                      field("gamma_initializer", &P::gamma_initializer, "how gamma is filled"),
                      field("beta_regularizer", &P::beta_regularizer, "penalty on beta"),
                      field("gamma_regularizer", &P::gamma_regularizer, "penalty on gamma"),
                      field("beta_constraint", &P::beta_constraint, "what beta is forced to after each update"),
                      field("gamma_constraint", &P::gamma_constraint, "what gamma is forced to after each update")};
  }
};

LayerPtr make(const GroupNormalization& parameters);
LayerType group_normalization_type();

}  // namespace sluice
