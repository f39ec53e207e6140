#pragma once

#include "sluice/nn/layer.h"
#include "sluice/params/size1.h"

namespace sluice {

/// Sizes that a window, its steps and the distances between its taps may have.
constexpr Bounds window_bounds = between(1, 1 << 24);

// Fields that several kinds of convolutions share; P has the members.

template <class P>
constexpr auto window_fields() {
  return std::tuple{required("kernel_size", &P::kernel_size, window_bounds, "size of the window"),
                    field("strides", &P::strides, window_bounds, "step of the window"),
                    field("dilation_rate", &P::dilation_rate, window_bounds, "distance between taps")};
}

template <class P>
constexpr auto result_fields() {
  return std::tuple{field("activation", &P::activation, "function of the result"),
                    field("use_bias", &P::use_bias, "whether a bias is added"),
                    field("bias_initializer", &P::bias_initializer, "how the bias is filled"),
                    field("bias_regularizer", &P::bias_regularizer, "penalty on the bias"),
                    field("bias_constraint", &P::bias_constraint, "what the bias is forced to after each update")};
}

template <class P>
constexpr auto kernel_fields() {
  return std::tuple{
      field("kernel_initializer", &P::kernel_initializer, "how the kernel is filled"),
      field("kernel_regularizer", &P::kernel_regularizer, "penalty on the kernel"),
      field("kernel_constraint", &P::kernel_constraint, "what the kernel is forced to after each update")};
}

template <class P>
constexpr auto depthwise_fields() {
  return std::tuple{
      field("depth_multiplier", &P::depth_multiplier, window_bounds, "number of kernels, and so of results, a channel"),
      field("depthwise_initializer", &P::depthwise_initializer, "how the kernels of the channels are filled"),
      field("depthwise_regularizer", &P::depthwise_regularizer, "penalty on the kernels of the channels"),
      field("depthwise_constraint", &P::depthwise_constraint,
            "what the kernels of the channels are forced to after each update")};
}

}  // namespace sluice
