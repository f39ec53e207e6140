#pragma once

#include "sluice/nn/activations.h"
#include "sluice/nn/convolution.h"
#include "sluice/nn/layers/steps_internal.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/window.h"
#include "sluice/params/size1.h"

namespace sluice {

/// Sizes as of an image; steps are an image of height 1.
inline Size2 of_image(Size2 size) { return size; }
inline Size2 of_image(Size1 size) { return {1, size.length}; }

/// How a convolution's windows slide over an image.
struct ConvWindows {
  Size2 kernel_size, strides, dilation_rate;
  Padding padding = Padding::valid;

  /// Throws Error(invalid_argument) when not even one window fits.
  ConvShape over(const Shape& image, int64_t filters, int64_t groups = 1) const {
    const SlidingWindow rows(image[0], kernel_size.height, strides.height, dilation_rate.height, padding);
    const SlidingWindow columns(image[1], kernel_size.width, strides.width, dilation_rate.width, padding);
    return {.channels = image[2],
            .height = image[0],
            .width = image[1],
            .filters = filters,
            .kernel_height = kernel_size.height,
            .kernel_width = kernel_size.width,
            .stride_height = strides.height,
            .stride_width = strides.width,
            .dilation_height = dilation_rate.height,
            .dilation_width = dilation_rate.width,
            .pad_top = rows.before,
            .pad_left = columns.before,
            .out_height = rows.output,
            .out_width = columns.output,
            .groups = groups};
  }

  /// Throws Error(invalid_argument) where strides and dilations are both above 1, which Keras refuses.
  void check_not_both() const {
    const bool strided = strides.height > 1 || strides.width > 1;
    if (strided && (dilation_rate.height > 1 || dilation_rate.width > 1))
      throw invalid("strides above 1 and dilation_rate above 1 do not go together");
  }
};

/// Throws Error(invalid_argument) unless each group has as many channels, and makes as many filters.
inline void check_groups(int64_t channels, int64_t filters, int64_t groups) {
  if (filters % groups != 0)
    throw invalid("groups: expected a divisor of filters " + std::to_string(filters) + ", got " +
                  std::to_string(groups));
  if (channels % groups != 0) {
    throw invalid("groups: expected a divisor of the input's channels, got " + std::to_string(groups) + " for " +
                  std::to_string(channels));
  }
}

/// Base of convolutions over steps and images, by the type of `kernel_size`.
template <class Parameters>
class ConvolutionLayer : public ParameterLayer<Parameters> {
 public:
  using ParameterLayer<Parameters>::ParameterLayer;

 protected:
  using ParameterLayer<Parameters>::p;
  static constexpr bool over_steps = std::is_same_v<decltype(Parameters::kernel_size), Size1>;

  /// The only input's shape as that of an image.
  static Shape image_of(std::span<const Shape> inputs) {
    if constexpr (!over_steps) return ParameterLayer<Parameters>::image(inputs);
    const Shape& steps = check_steps(ParameterLayer<Parameters>::single(inputs));
    return {1, steps[0], steps[1]};
  }

  /// The result's shape from that of its image.
  static Shape from_image(const Shape& image) { return over_steps ? Shape{image[1], image[2]} : image; }

  static Value image_value(PlanBuilder& plan, Value x) {
    const Shape shape = plan.shape(x);
    return over_steps ? plan.reshaped(x, {1, shape[0], shape[1]}) : x;
  }

  static Value value_from_image(PlanBuilder& plan, Value image) {
    return over_steps ? plan.reshaped(image, from_image(plan.shape(image))) : image;
  }

  ConvWindows windows() const
    requires std::same_as<decltype(Parameters::padding), Padding>
  {
    return {of_image(p.kernel_size), of_image(p.strides), of_image(p.dilation_rate), p.padding};
  }

  /// Keras' shape of a kernel whose last two dimensions are these.
  Shape kernel_shape(int64_t inner, int64_t outer) const {
    const Size2 size = of_image(p.kernel_size);
    return over_steps ? Shape{size.width, inner, outer} : Shape{size.height, size.width, inner, outer};
  }

  WeightSpec kernel_spec(Shape shape) const {
    return {.name = "kernel",
            .shape = std::move(shape),
            .initializer = p.kernel_initializer,
            .regularizer = p.kernel_regularizer,
            .constraint = p.kernel_constraint};
  }

  WeightSpec depthwise_spec(std::string name, int64_t channels) const {
    return {.name = std::move(name),
            .shape = kernel_shape(channels, p.depth_multiplier),
            .initializer = p.depthwise_initializer,
            .regularizer = p.depthwise_regularizer,
            .constraint = p.depthwise_constraint};
  }

  /// The weights with a bias of `size` behind them, if any.
  std::vector<WeightSpec> with_bias(std::vector<WeightSpec> specs, int64_t size) const {
    if (p.use_bias) {
      specs.push_back({.name = "bias",
                       .shape = {size},
                       .initializer = p.bias_initializer,
                       .regularizer = p.bias_regularizer,
                       .constraint = p.bias_constraint});
    }
    return specs;
  }

  /// Offset of the bias, the last of the weights; -1 without.
  int64_t bias(const WeightRefs& weights) const { return p.use_bias ? weights.offsets.back() : -1; }
  bool relu() const { return p.activation == Activation::relu; }
};

}  // namespace sluice
