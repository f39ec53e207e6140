#pragma once

#include "sluice/nn/layers/convolution_parameters.h"
#include "sluice/nn/window.h"
#include "sluice/tensor/activation.h"

namespace sluice {

/// The parameters of separable convolutions over steps (Size1) and images (Size2).
template <class Size>
struct SeparableConv {
  int64_t filters = 1;
  Size kernel_size = {};
  Size strides = {};
  Padding padding = Padding::valid;
  int64_t depth_multiplier = 1;
  Size dilation_rate = {};
  Activation activation = Activation::linear;
  bool use_bias = true;
  InitializerPtr depthwise_initializer = glorot_uniform();
  InitializerPtr pointwise_initializer = glorot_uniform();
  InitializerPtr bias_initializer = zeros();
  RegularizerPtr depthwise_regularizer;
  RegularizerPtr pointwise_regularizer;
  RegularizerPtr bias_regularizer;
  ConstraintPtr depthwise_constraint;
  ConstraintPtr pointwise_constraint;
  ConstraintPtr bias_constraint;

  static constexpr auto fields() {
    using P = SeparableConv;
    return std::tuple_cat(
        std::tuple{required("filters", &P::filters, at_least(1), "number of output channels")}, window_fields<P>(),
        std::tuple{field("padding", &P::padding, "valid: windows inside of the input; same: zeros around it")},
        depthwise_fields<P>(),
        std::tuple{field("pointwise_initializer", &P::pointwise_initializer, "how the 1×1 kernel is filled"),
                   field("pointwise_regularizer", &P::pointwise_regularizer, "penalty on the 1×1 kernel"),
                   field("pointwise_constraint", &P::pointwise_constraint,
                         "what the 1×1 kernel is forced to after each update")},
        result_fields<P>());
  }
};

/// Each channel by itself, then all of each step together: [steps, channels] → [steps', filters].
struct SeparableConv1D : SeparableConv<Size1> {
  static constexpr std::string_view class_name = "SeparableConv1D";
  static constexpr std::string_view doc = "DepthwiseConv1D, then a convolution of size 1 over all channels.";
};

/// Each channel by itself, then all of each pixel together: [height, width, channels] → [height', width', filters].
struct SeparableConv2D : SeparableConv<Size2> {
  static constexpr std::string_view class_name = "SeparableConv2D";
  static constexpr std::string_view doc = "DepthwiseConv2D, then a convolution of size 1×1 over all channels.";
};

LayerPtr make(const SeparableConv1D& parameters);
LayerPtr make(const SeparableConv2D& parameters);
LayerType separable_conv1d_type();
LayerType separable_conv2d_type();

}  // namespace sluice
