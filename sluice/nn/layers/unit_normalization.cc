#include "sluice/nn/layers/unit_normalization.h"

#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/unit_vectors.h"

namespace sluice {
namespace {

class UnitNormalizationLayer : public ParameterLayer<UnitNormalization> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    without_batch(p.axis, single(inputs), "axis");
    return inputs[0];
  }

  int64_t flop(std::span<const Shape> inputs) const override { return 3 * element_count(single(inputs)); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape shape = plan.shape(inputs[0]);
    const std::vector<size_t> axes = without_batch(p.axis, shape, "axis");
    const Value y = build_unit_vectors(plan, build_axes_last(plan, inputs[0], axes), axes.size(), 1e12f);
    return build_axes_back(plan, y, axes, shape);
  }
};

}  // namespace

LayerPtr make(const UnitNormalization& parameters) { return std::make_shared<UnitNormalizationLayer>(parameters); }

LayerType unit_normalization_type() { return layer_type<UnitNormalization, UnitNormalizationLayer>(); }

}  // namespace sluice
