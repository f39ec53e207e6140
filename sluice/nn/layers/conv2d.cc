#include "sluice/nn/layers/conv2d.h"

#include <algorithm>

#include "sluice/nn/activations.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/lane_conv.h"

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
    const int64_t channels = image(inputs)[2], field = p.kernel_size.height * p.kernel_size.width;
    std::vector<WeightSpec> specs{{.name = "kernel",
                                   .shape = {p.kernel_size.height, p.kernel_size.width, channels, p.filters},
                                   .initializer = Initializer::glorot_uniform,
                                   .fan_in = field * channels,
                                   .fan_out = field * p.filters}};
    if (p.use_bias) specs.push_back({.name = "bias", .shape = {p.filters}});
    return specs;
  }

  int64_t flop(std::span<const Shape> inputs) const override { return flop(shape(image(inputs))); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = plan.in(Layout::lanes, inputs[0]);
    const ConvShape s = shape(plan.shape(x));
    const bool relu = p.activation == Activation::relu;
    const Value y = plan.value({s.out_height, s.out_width, s.filters}, Layout::lanes, {&x, 1}, true);
    const int64_t kernel = weights.offsets[0], bias = p.use_bias ? weights.offsets[1] : -1;
    build_forward(plan, s, x, y, kernel, bias, relu);
    plan.backward([=, this, &plan] { build_backward(plan, s, x, y, kernel, bias, relu); });
    return relu ? y : build_activation(plan, y, p.activation);
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

  static int64_t flop(const ConvShape& s) {
    return 2 * s.out_height * s.out_width * s.filters * s.channels * s.kernel_height * s.kernel_width;
  }

  static const float* at(const Step& step, int64_t offset) { return offset < 0 ? nullptr : step.weights + offset; }

  static void build_forward(PlanBuilder& plan, const ConvShape& s, Value x, Value y, int64_t kernel, int64_t bias,
                            bool relu) {
    const Buffer packed = plan.allocate(lane_conv::packed_size(s)),
                 scratch = plan.allocate(lane_conv::forward_scratch(s));
    plan.prepare({.kernel = "lane_conv pack", .writes = {packed}, .run = [=](const Step& step) {
                    lane_conv::pack(s, step.weights + kernel, step[packed]);
                  }});
    plan.call({.kernel = "lane_conv forward",
               .reads = {plan.data(x), packed},
               .writes = {plan.data(y), scratch},
               .flop = flop(s),
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 lane_conv::forward(s, PlanBuilder::groups(step.rows), step[from], step[packed], at(step, bias), relu,
                                    step[to], step[scratch]);
               }});
  }

  static void build_backward(PlanBuilder& plan, const ConvShape& s, Value x, Value y, int64_t kernel, int64_t bias,
                             bool relu) {
    const Buffer dy = build_fused_activation_backward(plan, y, relu ? Activation::relu : Activation::linear);
    if (!dy) return;
    if (plan.needs_gradient(x)) build_backward_data(plan, s, x, dy, kernel);
    const auto dkernel = plan.weight_gradient(kernel, s.kernel_height * s.kernel_width * s.channels * s.filters);
    std::vector<Buffer> writes = dkernel.writes();
    PlanBuilder::WeightGradient dbias;
    if (bias >= 0) {
      dbias = plan.weight_gradient(bias, s.filters);
      for (Buffer buffer : dbias.writes()) writes.push_back(buffer);
    }
    const Buffer scratch = plan.allocate(lane_conv::backward_weights_scratch(s));
    writes.push_back(scratch);
    plan.call({.kernel = "lane_conv backward_weights",
               .reads = {plan.data(x), dy},
               .writes = writes,
               .flop = flop(s),
               .effect = true,
               .run = [=, from = plan.data(x)](const Step& step) {
                 lane_conv::backward_weights(s, PlanBuilder::groups(step.rows), step[from], step[dy],
                                             dkernel.pointer(step), bias < 0 ? nullptr : dbias.pointer(step),
                                             step[scratch]);
               }});
  }

  static void build_backward_data(PlanBuilder& plan, const ConvShape& s, Value x, Buffer dy, int64_t kernel) {
    const Buffer packed = plan.allocate(lane_conv::packed_backward_size(s));
    const Buffer scratch = plan.allocate(lane_conv::backward_data_scratch(s));
    const Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = "lane_conv pack", .writes = {packed}, .run = [=](const Step& step) {
                 lane_conv::pack_backward(s, step.weights + kernel, step[packed]);
               }});
    plan.call({.kernel = "lane_conv backward_data",
               .reads = {dy, packed},
               .writes = {dx, scratch},
               .flop = flop(s),
               .run = [=](const Step& step) {
                 lane_conv::backward_data(s, PlanBuilder::groups(step.rows), step[dy], step[packed], step[dx],
                                          step[scratch]);
               }});
  }
};

}  // namespace

LayerPtr make(const Conv2D& parameters) { return std::make_shared<Conv2DLayer>(parameters); }

LayerType conv2d_type() { return layer_type<Conv2D, Conv2DLayer>(); }

}  // namespace sluice
