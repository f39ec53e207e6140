#include "sluice/nn/layers/pooling2d.h"

#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/pooling.h"

namespace sluice {
namespace {

template <class Parameters>
class Pooling2DLayer : public ParameterLayer<Parameters> {
  using Base = ParameterLayer<Parameters>;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const PoolShape s = window(Base::image(inputs));
    return {s.out_height, s.out_width, Base::image(inputs)[2]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    const Shape output = output_shape({&input, 1});
    if (std::is_same_v<Parameters, MaxPooling2D>) return build_max_pooling(plan, inputs[0], window(input), output);
    return build_pooling(plan, inputs[0], window(input), output, average_pooling());
  }

 private:
  /// Without outer and inner.
  PoolShape window(const Shape& input) const {
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
