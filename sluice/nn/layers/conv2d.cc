#include "sluice/nn/layers/conv2d.h"

#include "sluice/nn/layers/convolution_layer_internal.h"

namespace sluice {
namespace {

class Conv2DLayer : public ConvolutionLayer<Conv2D> {
 public:
  using ConvolutionLayer::ConvolutionLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const ConvShape s = shape(image_of(inputs));
    return activated_shape({s.out_height, s.out_width, s.filters}, p.activation);
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    return with_bias({kernel_spec(kernel_shape(image_of(inputs)[2] / p.groups, p.filters))}, p.filters);
  }

  int64_t flop(std::span<const Shape> inputs) const override {
    return Convolution{.shape = shape(image_of(inputs))}.flop();
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Convolution c{shape(plan.shape(inputs[0])), weights.offsets[0], bias(weights), relu()};
    const Value y = build_convolution(plan, c, inputs[0]);
    return c.relu ? y : build_activation(plan, y, p.activation);
  }

 private:
  ConvShape shape(const Shape& image) const {
    windows().check_not_both();
    check_groups(image[2], p.filters, p.groups);
    return windows().over(image, p.filters, p.groups);
  }
};

}  // namespace

LayerPtr make(const Conv2D& parameters) { return std::make_shared<Conv2DLayer>(parameters); }

LayerType conv2d_type() { return layer_type<Conv2D, Conv2DLayer>(); }

}  // namespace sluice
