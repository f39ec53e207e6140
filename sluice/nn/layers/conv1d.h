#pragma once

#include "sluice/nn/layers/convolution_parameters.h"
#include "sluice/tensor/activation.h"

namespace sluice {

/// How windows of steps meet the ends; causal: a result sees its own step and those before it.
enum class StepPadding { valid, same, causal };
constexpr auto enum_names(StepPadding) { return std::to_array<const char*>({"valid", "same", "causal"}); }

/// One-dimensional convolution: [steps, channels] → [steps', filters].
struct Conv1D {
  int64_t filters = 1;
  Size1 kernel_size = {1};
  Size1 strides = {1};
  StepPadding padding = StepPadding::valid;
  Size1 dilation_rate = {1};
  int64_t groups = 1;
  Activation activation = Activation::linear;
  bool use_bias = true;
  InitializerPtr kernel_initializer = glorot_uniform();
  InitializerPtr bias_initializer = zeros();
  RegularizerPtr kernel_regularizer;
  RegularizerPtr bias_regularizer;
  ConstraintPtr kernel_constraint;
  ConstraintPtr bias_constraint;

  static constexpr std::string_view class_name = "Conv1D";
  static constexpr std::string_view doc = "One-dimensional convolution over [steps, channels].";
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{required("filters", &Conv1D::filters, at_least(1), "number of output channels")},
        window_fields<Conv1D>(),
        std::tuple{field("padding", &Conv1D::padding,
                         "valid: windows inside of the input; same: zeros at both ends; causal: zeros in front"),
                   field("groups", &Conv1D::groups, at_least(1),
                         "parts of the channels, each of which makes its part of the filters")},
        result_fields<Conv1D>(), kernel_fields<Conv1D>());
  }
};

LayerPtr make(const Conv1D& parameters);
LayerType conv1d_type();

}  // namespace sluice
