#pragma once

#include "sluice/nn/layers/convolution_parameters.h"
#include "sluice/nn/window.h"
#include "sluice/tensor/activation.h"

namespace sluice {

/// The parameters of depthwise convolutions over steps (Size1) and images (Size2).
template <class Size>
struct DepthwiseConv {
  Size kernel_size = {};
  Size strides = {};
  Padding padding = Padding::valid;
  int64_t depth_multiplier = 1;
  Size dilation_rate = {};
  Activation activation = Activation::linear;
  bool use_bias = true;
  InitializerPtr depthwise_initializer = glorot_uniform();
  InitializerPtr bias_initializer = zeros();
  RegularizerPtr depthwise_regularizer;
  RegularizerPtr bias_regularizer;
  ConstraintPtr depthwise_constraint;
  ConstraintPtr bias_constraint;

  static constexpr auto fields() {
    using P = DepthwiseConv;
    return std::tuple_cat(
        window_fields<P>(),
        std::tuple{field("padding", &P::padding, "valid: windows inside of the input; same: zeros around it")},
        depthwise_fields<P>(), result_fields<P>());
  }
};

/// Each channel by itself: [steps, channels] → [steps', channels · depth_multiplier].
struct DepthwiseConv1D : DepthwiseConv<Size1> {
  static constexpr std::string_view class_name = "DepthwiseConv1D";
  static constexpr std::string_view doc = "One-dimensional convolution of each channel by itself.";
};

/// Each channel by itself: [height, width, channels] → [height', width', channels · depth_multiplier].
struct DepthwiseConv2D : DepthwiseConv<Size2> {
  static constexpr std::string_view class_name = "DepthwiseConv2D";
  static constexpr std::string_view doc = "Two-dimensional convolution of each channel by itself.";
};

LayerPtr make(const DepthwiseConv1D& parameters);
LayerPtr make(const DepthwiseConv2D& parameters);
LayerType depthwise_conv1d_type();
LayerType depthwise_conv2d_type();

}  // namespace sluice
