#pragma once

#include "sluice/nn/layer.h"
#include "sluice/tensor/elementwise.h"

namespace sluice {

/// y = activation(x · kernel + bias) over the last dimension: […, features] → […, units].
struct Dense {
  int64_t units = 1;
  Activation activation = Activation::linear;
  bool use_bias = true;

  static constexpr std::string_view class_name = "Dense";
  static constexpr std::string_view doc = "Fully connected layer over the last dimension.";
  static constexpr auto fields() {
    return std::tuple{field("units", &Dense::units, at_least(1), "number of outputs"),
                      field("activation", &Dense::activation, "function of the result"),
                      field("use_bias", &Dense::use_bias, "whether a bias is added")};
  }
};

LayerPtr make(const Dense& parameters);
LayerType dense_type();

}  // namespace sluice
