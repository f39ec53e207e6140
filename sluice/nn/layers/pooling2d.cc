#include "sluice/nn/layers/pooling2d.h"

#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/kernel_level.h"
#include "sluice/tensor/pooling.h"

namespace sluice {
namespace {

template <class Parameters>
class Pooling2DLayer : public ParameterLayer<Parameters> {
  using Base = ParameterLayer<Parameters>;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const PoolShape s = shape(Base::image(inputs));
    return {s.out_height, s.out_width, Base::image(inputs)[2]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Value x = plan.in(plan.layout(inputs[0]), inputs[0]);
    const Shape input = plan.shape(x);
    PoolShape s = shape(input);
    const bool in_lanes = plan.layout(x) == Layout::lanes;
    s.inner = in_lanes ? lanes() : input[2];
    const int64_t outer = in_lanes ? input[2] : 1;
    const Value y = plan.value({s.out_height, s.out_width, input[2]}, plan.layout(x), {&x, 1});
    auto for_step = [s, in_lanes, outer](const Step& step) {
      PoolShape now = s;
      now.outer = outer * (in_lanes ? PlanBuilder::groups(step.rows) : step.rows);
      return now;
    };
    plan.call({.kernel = kernel,
               .reads = {plan.data(x)},
               .writes = {plan.data(y)},
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 (maximum ? max_pool : average_pool)(for_step(step), step[from], step[to]);
               }});
    plan.backward([=, &plan] {
      Buffer dy = plan.gradient(y);
      if (!dy || !plan.needs_gradient(x)) return;
      Buffer dx = plan.gradient_target(x);
      plan.call({.kernel = std::string(kernel) + " backward",
                 .reads = maximum ? std::vector{dy, plan.data(x), plan.data(y)} : std::vector{dy},
                 .writes = {dx},
                 .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                   if (maximum) return max_pool_backward(for_step(step), step[from], step[to], step[dy], step[dx]);
                   average_pool_backward(for_step(step), step[dy], step[dx]);
                 }});
    });
    return y;
  }

 private:
  static constexpr bool maximum = std::is_same_v<Parameters, MaxPooling2D>;
  static constexpr const char* kernel = maximum ? "max_pool" : "average_pool";

  /// Without outer and inner.
  PoolShape shape(const Shape& input) const {
    const Pooling2D& p = this->p;
    const Size2 strides = p.strides.value_or(p.pool_size);
    const SlidingWindow rows(input[0], p.pool_size.height, strides.height, 1, p.padding);
    const SlidingWindow columns(input[1], p.pool_size.width, strides.width, 1, p.padding);
    return {.outer = 0,
            .height = input[0],
            .width = input[1],
            .inner = 0,
            .pool_height = p.pool_size.height,
            .pool_width = p.pool_size.width,
            .stride_height = strides.height,
            .stride_width = strides.width,
            .pad_top = rows.before,
            .pad_left = columns.before,
            .out_height = rows.output,
            .out_width = columns.output};
  }
};

}  // namespace

LayerPtr make(const MaxPooling2D& parameters) { return std::make_shared<Pooling2DLayer<MaxPooling2D>>(parameters); }

LayerPtr make(const AveragePooling2D& parameters) {
  return std::make_shared<Pooling2DLayer<AveragePooling2D>>(parameters);
}

LayerType max_pooling2d_type() { return layer_type<MaxPooling2D, Pooling2DLayer<MaxPooling2D>>(); }

LayerType average_pooling2d_type() { return layer_type<AveragePooling2D, Pooling2DLayer<AveragePooling2D>>(); }

}  // namespace sluice
