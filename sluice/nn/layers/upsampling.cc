#include "sluice/nn/layers/upsampling.h"

#include "sluice/nn/layers/steps_internal.h"
#include "sluice/nn/move.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/kernel_level.h"
#include "sluice/tensor/upsampling.h"

namespace sluice {
namespace {

int64_t enlarged(int64_t length, int64_t factor) {
  constexpr int64_t most = int64_t{1} << 31;
  if (factor > most) throw invalid("size: expected at most " + std::to_string(most));
  return length * factor;
}

class UpSampling1DLayer : public ParameterLayer<UpSampling1D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = check_steps(single(inputs));
    return {enlarged(input[0], p.size), input[1]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    const Move move{
        .loops = {{input[0], 0, 0, p.size}, {p.size, -1, 0}, {input[1], 1, 1}}, .from_start = {}, .to_start = {}};
    return build_move(plan, "up_sampling", inputs[0], output_shape({&input, 1}), move);
  }
};

class UpSampling2DLayer : public ParameterLayer<UpSampling2D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = image(inputs);
    return {enlarged(input[0], p.size.height), enlarged(input[1], p.size.width), input[2]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    return p.interpolation == Interpolation::nearest ? build_nearest(plan, inputs[0]) : build_bilinear(plan, inputs[0]);
  }

 private:
  Value build_nearest(PlanBuilder& plan, Value x) const {
    const Shape input = plan.shape(x);
    const Move move{.loops = {{input[0], 0, 0, p.size.height},
                              {p.size.height, -1, 0},
                              {input[1], 1, 1, p.size.width},
                              {p.size.width, -1, 1},
                              {input[2], 2, 2}},
                    .from_start = {},
                    .to_start = {}};
    return build_move(plan, "up_sampling", x, output_shape({&input, 1}), move);
  }

  Value build_bilinear(PlanBuilder& plan, Value given) const {
    const Value x = plan.in(plan.layout(given), given);
    const Shape input = plan.shape(x);
    const Value y = plan.value(output_shape({&input, 1}), plan.layout(x), {&x, 1});
    const bool in_lanes = plan.layout(x) == Layout::lanes;
    auto shape = [=, size = p.size](const Step& step) -> BilinearShape {
      return {.outer = in_lanes ? PlanBuilder::groups(step.rows) * input[2] : step.rows,
              .height = input[0],
              .width = input[1],
              .inner = in_lanes ? lanes() : input[2],
              .factor_height = size.height,
              .factor_width = size.width};
    };
    plan.call({.kernel = "up_sampling bilinear",
               .reads = {plan.data(x)},
               .writes = {plan.data(y)},
               .flop = 6 * element_count(plan.shape(y)),
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 bilinear(shape(step), step[from], step[to]);
               }});
    plan.backward([=, &plan] {
      const Buffer dy = plan.gradient(y);
      if (!dy || !plan.needs_gradient(x)) return;
      const Buffer dx = plan.gradient_target(x);
      plan.call(
          {.kernel = "up_sampling bilinear backward", .reads = {dy}, .writes = {dx}, .run = [=](const Step& step) {
             bilinear_backward(shape(step), step[dy], step[dx]);
           }});
    });
    return y;
  }
};

}  // namespace

LayerPtr make(const UpSampling1D& parameters) { return std::make_shared<UpSampling1DLayer>(parameters); }
LayerPtr make(const UpSampling2D& parameters) { return std::make_shared<UpSampling2DLayer>(parameters); }

LayerType up_sampling1d_type() { return layer_type<UpSampling1D, UpSampling1DLayer>(); }
LayerType up_sampling2d_type() { return layer_type<UpSampling2D, UpSampling2DLayer>(); }

}  // namespace sluice
