#include "sluice/nn/layers/input.h"

#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class InputLayer : public ParameterLayer<Input> {
 public:
  using ParameterLayer::ParameterLayer;
  Shape output_shape(std::span<const Shape> inputs) const override {
    if (!inputs.empty()) throw invalid("expected no input");
    for (int64_t size : p.shape) {
      if (size < 1) throw invalid("expected sizes >= 1, got " + to_string(p.shape));
    }
    for (int64_t dimension : p.open) {
      if (dimension > static_cast<int64_t>(p.shape.size()))
        throw invalid("open: " + to_string(p.shape) + " has no dimension " + std::to_string(dimension));
    }
    return p.shape;
  }
  Value build(PlanBuilder&, std::span<const Value>, const WeightRefs&) const override {
    throw Error(ErrorCode::internal, "[InputLayer] a plan feeds its inputs itself");
  }
};

}  // namespace

LayerPtr make(const Input& parameters) { return std::make_shared<InputLayer>(parameters); }

LayerType input_type() { return layer_type<Input, InputLayer>(); }

}  // namespace sluice
