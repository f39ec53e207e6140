#pragma once

#include "sluice/nn/layers/convolution_parameters.h"
#include "sluice/nn/window.h"
#include "sluice/tensor/activation.h"

namespace sluice {

/// Two-dimensional convolution: [height, width, channels] → [height', width', filters].
struct Conv2D {
  int64_t filters = 1;
  Size2 kernel_size = {1, 1};
  Size2 strides = {1, 1};
  Padding padding = Padding::valid;
  Size2 dilation_rate = {1, 1};
  int64_t groups = 1;
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
    return std::tuple_cat(
        std::tuple{required("filters", &Conv2D::filters, at_least(1), "number of output channels")},
        window_fields<Conv2D>(),
        std::tuple{field("padding", &Conv2D::padding, "valid: windows inside of the image; same: zeros around it"),
                   field("groups", &Conv2D::groups, at_least(1),
                         "parts of the channels, each of which makes its part of the filters")},
        result_fields<Conv2D>(), kernel_fields<Conv2D>());
  }
};

LayerPtr make(const Conv2D& parameters);
LayerType conv2d_type();

}  // namespace sluice
