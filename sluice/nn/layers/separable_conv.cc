#include "sluice/nn/layers/separable_conv.h"

#include "sluice/nn/layers/convolution_layer_internal.h"

namespace sluice {
namespace {

template <class Parameters>
class SeparableConvLayer : public ConvolutionLayer<Parameters> {
  using Base = ConvolutionLayer<Parameters>;
  using Base::p;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const ConvShape s = depthwise(Base::image_of(inputs));
    return activated_shape(Base::from_image({s.out_height, s.out_width, p.filters}), p.activation);
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    const int64_t channels = Base::image_of(inputs)[2];
    Shape pointwise = Base::over_steps ? Shape{1} : Shape{1, 1};
    pointwise.insert(pointwise.end(), {channels * p.depth_multiplier, p.filters});
    return Base::with_bias({Base::depthwise_spec("depthwise_kernel", channels),
                            {.name = "pointwise_kernel",
                             .shape = pointwise,
                             .initializer = p.pointwise_initializer,
                             .regularizer = p.pointwise_regularizer,
                             .constraint = p.pointwise_constraint}},
                           p.filters);
  }

  int64_t flop(std::span<const Shape> inputs) const override {
    const ConvShape first = depthwise(Base::image_of(inputs));
    return Convolution{.shape = first}.flop() + Convolution{.shape = pointwise(first)}.flop();
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = Base::image_value(plan, inputs[0]);
    const Convolution first{depthwise(plan.shape(x)), weights.offsets[0], -1, false};
    const Convolution second{pointwise(first.shape), weights.offsets[1], Base::bias(weights), Base::relu()};
    const Value between = build_depthwise_convolution(plan, first, x);
    const Value y = Base::value_from_image(plan, build_convolution(plan, second, between));
    return second.relu ? y : build_activation(plan, y, p.activation);
  }

 private:
  ConvShape depthwise(const Shape& image) const {
    return Base::windows().over(image, image[2] * p.depth_multiplier, image[2]);
  }

  ConvShape pointwise(const ConvShape& first) const {
    return ConvWindows{}.over({first.out_height, first.out_width, first.filters}, p.filters);
  }
};

}  // namespace

LayerPtr make(const SeparableConv1D& parameters) {
  return std::make_shared<SeparableConvLayer<SeparableConv1D>>(parameters);
}

LayerPtr make(const SeparableConv2D& parameters) {
  return std::make_shared<SeparableConvLayer<SeparableConv2D>>(parameters);
}

LayerType separable_conv1d_type() { return layer_type<SeparableConv1D, SeparableConvLayer<SeparableConv1D>>(); }

LayerType separable_conv2d_type() { return layer_type<SeparableConv2D, SeparableConvLayer<SeparableConv2D>>(); }

}  // namespace sluice
