#include "sluice/nn/layers/center_crop.h"

#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/resize.h"

namespace sluice {
namespace {

class CenterCropLayer : public ParameterLayer<CenterCrop> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return {p.height, p.width, image(inputs)[2]}; }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape& input = plan.shape(inputs[0]);
    const Size2 size{p.height, p.width};
    if (input[0] >= p.height && input[1] >= p.width) return build_window(plan, inputs[0], centered_window(input, size));
    return build_smart_resize(plan, inputs[0], size);
  }
};

}  // namespace

LayerPtr make(const CenterCrop& parameters) { return std::make_shared<CenterCropLayer>(parameters); }

LayerType center_crop_type() { return layer_type<CenterCrop, CenterCropLayer>(); }

}  // namespace sluice
