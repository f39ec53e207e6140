#include "sluice/nn/layers/conv2d.h"

#include "sluice/nn/activations.h"
#include "sluice/nn/convolution.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class Conv2DLayer : public ParameterLayer<Conv2D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const ConvShape s = shape(image(inputs));
    return {s.out_height, s.out_width, s.filters};
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    const int64_t channels = image(inputs)[2];
    std::vector<WeightSpec> specs{{.name = "kernel",
                                   .shape = {p.kernel_size.height, p.kernel_size.width, channels, p.filters},
                                   .initializer = p.kernel_initializer,
                                   .regularizer = p.kernel_regularizer,
                                   .constraint = p.kernel_constraint}};
    if (p.use_bias) {
      specs.push_back({.name = "bias",
                       .shape = {p.filters},
                       .initializer = p.bias_initializer,
                       .regularizer = p.bias_regularizer,
                       .constraint = p.bias_constraint});
    }
    return specs;
  }

  int64_t flop(std::span<const Shape> inputs) const override { return convolution(image(inputs), {}).flop(); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Convolution c = convolution(plan.shape(inputs[0]), weights);
    const Value y = build_convolution(plan, c, inputs[0]);
    return c.relu ? y : build_activation(plan, y, p.activation);
  }

 private:
  ConvShape shape(const Shape& input) const {
    const SlidingWindow rows(input[0], p.kernel_size.height, p.strides.height, p.dilation_rate.height, p.padding);
    const SlidingWindow columns(input[1], p.kernel_size.width, p.strides.width, p.dilation_rate.width, p.padding);
    return {.channels = input[2],
            .height = input[0],
            .width = input[1],
            .filters = p.filters,
            .kernel_height = p.kernel_size.height,
            .kernel_width = p.kernel_size.width,
            .stride_height = p.strides.height,
            .stride_width = p.strides.width,
            .dilation_height = p.dilation_rate.height,
            .dilation_width = p.dilation_rate.width,
            .pad_top = rows.before,
            .pad_left = columns.before,
            .out_height = rows.output,
            .out_width = columns.output};
  }

  Convolution convolution(const Shape& input, const WeightRefs& weights) const {
    const auto& offsets = weights.offsets;
    return {.shape = shape(input),
            .kernel = offsets.empty() ? -1 : offsets[0],
            .bias = p.use_bias && !offsets.empty() ? offsets[1] : -1,
            .relu = p.activation == Activation::relu};
  }
};

}  // namespace

LayerPtr make(const Conv2D& parameters) { return std::make_shared<Conv2DLayer>(parameters); }

LayerType conv2d_type() { return layer_type<Conv2D, Conv2DLayer>(); }

}  // namespace sluice
