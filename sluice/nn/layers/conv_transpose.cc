#include "sluice/nn/layers/conv_transpose.h"

#include "sluice/nn/layers/convolution_layer_internal.h"

namespace sluice {
namespace {

/// Along one dimension: how many results `length` places make.
int64_t results(int64_t length, int64_t size, int64_t stride, int64_t dilation, Padding padding,
                std::optional<int64_t> output_padding) {
  const int64_t reach = (size - 1) * dilation + 1;
  if (!output_padding)
    return padding == Padding::same ? length * stride : (length - 1) * stride + std::max(reach, stride);
  if (*output_padding >= stride) {
    throw invalid("output_padding: expected less than strides " + std::to_string(stride) + ", got " +
                  std::to_string(*output_padding));
  }
  const int64_t least = padding == Padding::same ? reach % 2 : reach;
  if (least + *output_padding == 0) throw invalid("output_padding: expected at least 1 with a window of even size");
  return (length - 1) * stride + least + *output_padding;
}

template <class Parameters>
class ConvTransposeLayer : public ConvolutionLayer<Parameters> {
  using Base = ConvolutionLayer<Parameters>;
  using Base::p;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const ConvShape s = reversed(Base::image_of(inputs));
    return activated_shape(Base::from_image({s.height, s.width, s.channels}), p.activation);
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    return Base::with_bias({Base::kernel_spec(Base::kernel_shape(p.filters, Base::image_of(inputs)[2]))}, p.filters);
  }

  int64_t flop(std::span<const Shape> inputs) const override {
    return Convolution{.shape = reversed(Base::image_of(inputs))}.flop();
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = Base::image_value(plan, inputs[0]);
    const Convolution c{reversed(plan.shape(x)), weights.offsets[0], Base::bias(weights), false};
    return build_activation(plan, Base::value_from_image(plan, build_transposed_convolution(plan, c, x)), p.activation);
  }

 private:
  /// The convolution that goes from our result to our input.
  ConvShape reversed(const Shape& image) const {
    const ConvWindows windows = Base::windows();
    windows.check_not_both();
    const Size2 size = windows.kernel_size, stride = windows.strides, dilation = windows.dilation_rate;
    std::optional<int64_t> more_rows, more_columns;
    if (p.output_padding) {
      more_columns = of_image(*p.output_padding).width;
      if (!Base::over_steps) more_rows = of_image(*p.output_padding).height;
    }
    return windows.over(
        {results(image[0], size.height, stride.height, dilation.height, p.padding, more_rows),
         results(image[1], size.width, stride.width, dilation.width, p.padding, more_columns), p.filters},
        image[2]);
  }
};

}  // namespace

LayerPtr make(const Conv1DTranspose& parameters) {
  return std::make_shared<ConvTransposeLayer<Conv1DTranspose>>(parameters);
}

LayerPtr make(const Conv2DTranspose& parameters) {
  return std::make_shared<ConvTransposeLayer<Conv2DTranspose>>(parameters);
}

LayerType conv1d_transpose_type() { return layer_type<Conv1DTranspose, ConvTransposeLayer<Conv1DTranspose>>(); }

LayerType conv2d_transpose_type() { return layer_type<Conv2DTranspose, ConvTransposeLayer<Conv2DTranspose>>(); }

}  // namespace sluice
