#include "sluice/nn/layers/relu.h"

#include "sluice/nn/activations.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

Rectifier rectifier(const ReLU& p) {
  Rectifier r{.negative_slope = static_cast<float>(p.negative_slope), .threshold = static_cast<float>(p.threshold)};
  if (p.max_value) r.max_value = static_cast<float>(*p.max_value);
  return r;
}

Rectifier rectifier(const LeakyReLU& p) { return {.negative_slope = static_cast<float>(p.negative_slope)}; }

bool is_plain(const Rectifier& r) {
  return r.max_value == Rectifier{}.max_value && r.negative_slope == 0 && r.threshold == 0;
}

template <class Parameters>
class RectifierLayer : public ParameterLayer<Parameters> {
  using Base = ParameterLayer<Parameters>;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override { return Base::single(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Rectifier r = rectifier(this->p);
    if (r.negative_slope == 0 && r.threshold == 0 && plan.absorb_relu(inputs[0], r.max_value)) return inputs[0];
    if (is_plain(r)) return build_activation(plan, inputs[0], Activation::relu);
    return build_elementwise(plan, inputs[0],
                             {.kernel = "rectify",
                              .forward = [=](int64_t n, const float* x, float* y) { rectify(r, n, x, y); },
                              .backward = [=](int64_t n, const float* y, const float* dy,
                                              float* dx) { rectify_backward(r, n, y, dy, dx); }});
  }
};

}  // namespace

LayerPtr make(const ReLU& parameters) { return std::make_shared<RectifierLayer<ReLU>>(parameters); }
LayerPtr make(const LeakyReLU& parameters) { return std::make_shared<RectifierLayer<LeakyReLU>>(parameters); }

LayerType relu_type() { return layer_type<ReLU, RectifierLayer<ReLU>>(); }
LayerType leaky_relu_type() { return layer_type<LeakyReLU, RectifierLayer<LeakyReLU>>(); }

}  // namespace sluice
