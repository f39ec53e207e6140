#pragma once

#include <optional>

#include "sluice/nn/layers/convolution_parameters.h"
#include "sluice/nn/window.h"
#include "sluice/tensor/activation.h"

namespace sluice {

/// The parameters of transposed convolutions over steps (Size1) and images (Size2).
template <class Size>
struct ConvTranspose {
  int64_t filters = 1;
  Size kernel_size = {};
  Size strides = {};
  Padding padding = Padding::valid;
  std::optional<Size> output_padding;
  Size dilation_rate = {};
  Activation activation = Activation::linear;
  bool use_bias = true;
  InitializerPtr kernel_initializer = glorot_uniform();
  InitializerPtr bias_initializer = zeros();
  RegularizerPtr kernel_regularizer;
  RegularizerPtr bias_regularizer;
  ConstraintPtr kernel_constraint;
  ConstraintPtr bias_constraint;

  static constexpr auto fields() {
    using P = ConvTranspose;
    return std::tuple_cat(
        std::tuple{required("filters", &P::filters, at_least(1), "number of output channels")}, window_fields<P>(),
        std::tuple{field("padding", &P::padding, "valid: whole windows of results; same: strides results a place"),
                   field("output_padding", &P::output_padding, between(0, 1 << 24),
                         "results beyond the smallest number, fewer than strides; null is as many as padding says")},
        result_fields<P>(), kernel_fields<P>());
  }
};

/// Transposed convolution: [steps, channels] → [steps', filters].
struct Conv1DTranspose : ConvTranspose<Size1> {
  static constexpr std::string_view class_name = "Conv1DTranspose";
  static constexpr std::string_view doc =
      "Transposed one-dimensional convolution: the reverse of Conv1D, from few steps to many.";
};

/// Transposed convolution: [height, width, channels] → [height', width', filters].
struct Conv2DTranspose : ConvTranspose<Size2> {
  static constexpr std::string_view class_name = "Conv2DTranspose";
  static constexpr std::string_view doc =
      "Transposed two-dimensional convolution: the reverse of Conv2D, from small images to large ones.";
};

LayerPtr make(const Conv1DTranspose& parameters);
LayerPtr make(const Conv2DTranspose& parameters);
LayerType conv1d_transpose_type();
LayerType conv2d_transpose_type();

}  // namespace sluice
