#include "sluice/nn/layers/flatten.h"

#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class FlattenLayer : public ParameterLayer<Flatten> {
 public:
  using ParameterLayer::ParameterLayer;
  Shape output_shape(std::span<const Shape> inputs) const override { return {element_count(single(inputs))}; }
  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    return plan.reshaped(inputs[0], {element_count(plan.shape(inputs[0]))});
  }
};

}  // namespace

LayerPtr make(const Flatten& parameters) { return std::make_shared<FlattenLayer>(parameters); }

LayerType flatten_type() { return layer_type<Flatten, FlattenLayer>(); }

}  // namespace sluice
