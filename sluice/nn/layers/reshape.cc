#include "sluice/nn/layers/reshape.h"

#include <algorithm>

#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class ReshapeLayer : public ParameterLayer<Reshape> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const int64_t elements = element_count(single(inputs));
    Shape shape = p.target_shape;
    const auto open = std::find(shape.begin(), shape.end(), -1);
    if (open != shape.end()) *open = 1;
    if (std::any_of(shape.begin(), shape.end(), [](int64_t size) { return size < 1; })) {
      throw invalid("target_shape: expected sizes >= 1 and at most one -1, got " + to_string(p.target_shape));
    }
    int64_t wanted = 1;  // stops before it could overflow
    for (int64_t size : shape) wanted = size <= elements / wanted ? wanted * size : elements + 1;
    if (open != shape.end() && wanted <= elements && elements % wanted == 0) {
      *open = elements / wanted;
      wanted = elements;
    }
    if (wanted != elements) {
      throw invalid("expected as many elements as target_shape " + to_string(p.target_shape) + " has, got " +
                    to_string(inputs[0]));
    }
    return shape;
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    return plan.reshaped(inputs[0], output_shape({&input, 1}));
  }
};

}  // namespace

LayerPtr make(const Reshape& parameters) { return std::make_shared<ReshapeLayer>(parameters); }

LayerType reshape_type() { return layer_type<Reshape, ReshapeLayer>(); }

}  // namespace sluice
