#include "sluice/nn/layers/depthwise_conv.h"

#include "sluice/nn/layers/convolution_layer_internal.h"

namespace sluice {
namespace {

template <class Parameters>
class DepthwiseConvLayer : public ConvolutionLayer<Parameters> {
  using Base = ConvolutionLayer<Parameters>;
  using Base::p;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const ConvShape s = shape(Base::image_of(inputs));
    return activated_shape(Base::from_image({s.out_height, s.out_width, s.filters}), p.activation);
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    const int64_t channels = Base::image_of(inputs)[2];
    return Base::with_bias({Base::depthwise_spec("kernel", channels)}, channels * p.depth_multiplier);
  }

  int64_t flop(std::span<const Shape> inputs) const override {
    return Convolution{.shape = shape(Base::image_of(inputs))}.flop();
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = Base::image_value(plan, inputs[0]);
    const Convolution c{shape(plan.shape(x)), weights.offsets[0], Base::bias(weights), Base::relu()};
    const Value y = Base::value_from_image(plan, build_depthwise_convolution(plan, c, x));
    return c.relu ? y : build_activation(plan, y, p.activation);
  }

 private:
  ConvShape shape(const Shape& image) const {
    return Base::windows().over(image, image[2] * p.depth_multiplier, image[2]);
  }
};

}  // namespace

LayerPtr make(const DepthwiseConv1D& parameters) {
  return std::make_shared<DepthwiseConvLayer<DepthwiseConv1D>>(parameters);
}

LayerPtr make(const DepthwiseConv2D& parameters) {
  return std::make_shared<DepthwiseConvLayer<DepthwiseConv2D>>(parameters);
}

LayerType depthwise_conv1d_type() { return layer_type<DepthwiseConv1D, DepthwiseConvLayer<DepthwiseConv1D>>(); }

LayerType depthwise_conv2d_type() { return layer_type<DepthwiseConv2D, DepthwiseConvLayer<DepthwiseConv2D>>(); }

}  // namespace sluice
