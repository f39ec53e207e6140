#include "sluice/nn/layers/activation.h"

#include "sluice/nn/activations.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class AppliedActivation : public ParameterLayer<ActivationLayer> {
 public:
  using ParameterLayer::ParameterLayer;
  Shape output_shape(std::span<const Shape> inputs) const override {
    return activated_shape(single(inputs), p.activation);
  }
  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    return build_activation(plan, inputs[0], p.activation);
  }
};

}  // namespace

LayerPtr make(const ActivationLayer& parameters) { return std::make_shared<AppliedActivation>(parameters); }

LayerType activation_type() { return layer_type<ActivationLayer, AppliedActivation>(); }

}  // namespace sluice
