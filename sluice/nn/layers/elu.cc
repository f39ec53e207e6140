#include "sluice/nn/layers/elu.h"

#include "sluice/nn/activations.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class EluLayer : public ParameterLayer<ELU> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return single(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const auto alpha = static_cast<float>(p.alpha);
    return build_elementwise(
        plan, inputs[0],
        {.kernel = "elu",
         .forward = [=](int64_t n, const float* x, float* y) { exponential_linear(alpha, n, x, y); },
         .backward = [=](int64_t n, const float* y, const float* dy,
                         float* dx) { exponential_linear_backward(alpha, n, y, dy, dx); }});
  }
};

}  // namespace

LayerPtr make(const ELU& parameters) { return std::make_shared<EluLayer>(parameters); }

LayerType elu_type() { return layer_type<ELU, EluLayer>(); }

}  // namespace sluice
