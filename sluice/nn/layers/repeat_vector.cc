#include "sluice/nn/layers/repeat_vector.h"

#include "sluice/nn/move.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class RepeatVectorLayer : public ParameterLayer<RepeatVector> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = single(inputs);
    if (input.size() != 1) throw invalid("expected input [features], got " + to_string(input));
    return {p.n, input[0]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    return build_broadcast(plan, inputs[0], {p.n, plan.shape(inputs[0])[0]});
  }
};

}  // namespace

LayerPtr make(const RepeatVector& parameters) { return std::make_shared<RepeatVectorLayer>(parameters); }

LayerType repeat_vector_type() { return layer_type<RepeatVector, RepeatVectorLayer>(); }

}  // namespace sluice
