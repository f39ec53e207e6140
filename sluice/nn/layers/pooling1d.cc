#include "sluice/nn/layers/pooling1d.h"

#include "sluice/nn/layers/steps_internal.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/pooling.h"

namespace sluice {
namespace {

template <class Parameters>
class Pooling1DLayer : public ParameterLayer<Parameters> {
  using Base = ParameterLayer<Parameters>;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = check_steps(Base::single(inputs));
    return {window(input).out_height, input[1]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    const Shape output = output_shape({&input, 1});
    if (std::is_same_v<Parameters, MaxPooling1D>) return build_max_pooling(plan, inputs[0], window(input), output);
    return build_pooling(plan, inputs[0], window(input), output, average_pooling());
  }

 private:
  /// Without outer and inner.
  PoolShape window(const Shape& input) const {
    const Pooling1D& p = this->p;
    const int64_t stride = p.strides.value_or(p.pool_size).length;
    const SlidingWindow steps(input[0], p.pool_size.length, stride, 1, p.padding);
    return {.outer = 0,
            .height = input[0],
            .width = 1,
            .inner = 0,
            .pool_height = p.pool_size.length,
            .pool_width = 1,
            .stride_height = stride,
            .stride_width = 1,
            .pad_top = steps.before,
            .pad_left = 0,
            .out_height = steps.output,
            .out_width = 1};
  }
};

}  // namespace

LayerPtr make(const MaxPooling1D& parameters) { return std::make_shared<Pooling1DLayer<MaxPooling1D>>(parameters); }

LayerPtr make(const AveragePooling1D& parameters) {
  return std::make_shared<Pooling1DLayer<AveragePooling1D>>(parameters);
}

LayerType max_pooling1d_type() { return layer_type<MaxPooling1D, Pooling1DLayer<MaxPooling1D>>(); }

LayerType average_pooling1d_type() { return layer_type<AveragePooling1D, Pooling1DLayer<AveragePooling1D>>(); }

}  // namespace sluice
