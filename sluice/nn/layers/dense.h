#pragma once

#include "sluice/nn/layer.h"
#include "sluice/tensor/elementwise.h"

namespace sluice {

/// y = activation(x · kernel + bias) over the last dimension: […, features] → […, units].
struct Dense {
  int64_t units = 1;
  Activation activation = Activation::linear;
  bool use_bias = true;
  InitializerPtr kernel_initializer = glorot_uniform();
  InitializerPtr bias_initializer = zeros();
  RegularizerPtr kernel_regularizer;
  RegularizerPtr bias_regularizer;
  ConstraintPtr kernel_constraint;
  ConstraintPtr bias_constraint;

  static constexpr std::string_view class_name = "Dense";
  static constexpr std::string_view doc = "Fully connected layer over the last dimension.";
  static constexpr auto fields() {
    return std::tuple{
        required("units", &Dense::units, at_least(1), "number of outputs"),
        field("activation", &Dense::activation, "function of the result"),
        field("use_bias", &Dense::use_bias, "whether a bias is added"),
        field("kernel_initializer", &Dense::kernel_initializer, "how the kernel is filled"),
        field("bias_initializer", &Dense::bias_initializer, "how the bias is filled"),
        field("kernel_regularizer", &Dense::kernel_regularizer, "penalty on the kernel"),
        field("bias_regularizer", &Dense::bias_regularizer, "penalty on the bias"),
        field("kernel_constraint", &Dense::kernel_constraint, "what the kernel is forced to after each update"),
        field("bias_constraint", &Dense::bias_constraint, "what the bias is forced to after each update")};
  }
};

LayerPtr make(const Dense& parameters);
LayerType dense_type();

}  // namespace sluice
