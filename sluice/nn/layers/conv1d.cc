#include "sluice/nn/layers/conv1d.h"

#include "sluice/nn/layers/convolution_layer_internal.h"

namespace sluice {
namespace {

class Conv1DLayer : public ConvolutionLayer<Conv1D> {
 public:
  using ConvolutionLayer::ConvolutionLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const ConvShape s = shape(image_of(inputs));
    return activated_shape({s.out_width, s.filters}, p.activation);
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    return with_bias({kernel_spec(kernel_shape(image_of(inputs)[2] / p.groups, p.filters))}, p.filters);
  }

  int64_t flop(std::span<const Shape> inputs) const override {
    return Convolution{.shape = shape(image_of(inputs))}.flop();
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = image_value(plan, inputs[0]);
    const Convolution c{shape(plan.shape(x)), weights.offsets[0], bias(weights), relu()};
    const Value y = value_from_image(plan, build_convolution(plan, c, x));
    return c.relu ? y : build_activation(plan, y, p.activation);
  }

 private:
  ConvShape shape(const Shape& image) const {
    const Padding padding = p.padding == StepPadding::valid ? Padding::valid : Padding::same;
    const ConvWindows windows{of_image(p.kernel_size), of_image(p.strides), of_image(p.dilation_rate), padding};
    windows.check_not_both();
    check_groups(image[2], p.filters, p.groups);
    ConvShape shape = windows.over(image, p.filters, p.groups);
    // As many results as with `same`, all of the zeros in front.
    if (p.padding == StepPadding::causal) shape.pad_left = (p.kernel_size.length - 1) * p.dilation_rate.length;
    return shape;
  }
};

}  // namespace

LayerPtr make(const Conv1D& parameters) { return std::make_shared<Conv1DLayer>(parameters); }

LayerType conv1d_type() { return layer_type<Conv1D, Conv1DLayer>(); }

}  // namespace sluice
