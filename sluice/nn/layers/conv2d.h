#pragma once

#include "sluice/nn/layer.h"
#include "sluice/nn/window.h"
#include "sluice/tensor/elementwise.h"

namespace sluice {

/// Two-dimensional convolution: [height, width, channels] → [height', width', filters].
struct Conv2D {
  int64_t filters = 1;
  Size2 kernel_size = {1, 1};
  Size2 strides = {1, 1};
  Padding padding = Padding::valid;
  Size2 dilation_rate = {1, 1};
  Activation activation = Activation::linear;
  bool use_bias = true;
  InitializerPtr kernel_initializer = glorot_uniform();
  InitializerPtr bias_initializer = zeros();
  RegularizerPtr kernel_regularizer;
  RegularizerPtr bias_regularizer;
  ConstraintPtr kernel_constraint;
  ConstraintPtr bias_constraint;

  static constexpr std::string_view class_name = "Conv2D";
  static constexpr std::string_view doc = "Two-dimensional convolution over [height, width, channels].";
  static constexpr auto fields() {
    return std::tuple{
        required("filters", &Conv2D::filters, at_least(1), "number of output channels"),
        required("kernel_size", &Conv2D::kernel_size, at_least(1), "height and width of the window"),
        field("strides", &Conv2D::strides, at_least(1), "step of the window"),
        field("padding", &Conv2D::padding, "valid: windows inside of the image; same: zeros around it"),
        field("dilation_rate", &Conv2D::dilation_rate, at_least(1), "distance between taps"),
        field("activation", &Conv2D::activation, "function of the result"),
        field("use_bias", &Conv2D::use_bias, "whether a bias is added"),
        field("kernel_initializer", &Conv2D::kernel_initializer, "how the kernel is filled"),
        field("bias_initializer", &Conv2D::bias_initializer, "how the bias is filled"),
        field("kernel_regularizer", &Conv2D::kernel_regularizer, "penalty on the kernel"),
        field("bias_regularizer", &Conv2D::bias_regularizer, "penalty on the bias"),
        field("kernel_constraint", &Conv2D::kernel_constraint, "what the kernel is forced to after each update"),
        field("bias_constraint", &Conv2D::bias_constraint, "what the bias is forced to after each update")};
  }
};

LayerPtr make(const Conv2D& parameters);
LayerType conv2d_type();

}  // namespace sluice
