#include "sluice/nn/layers/rescaling.h"

#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class RescalingLayer : public ParameterLayer<Rescaling> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return single(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const auto factor = static_cast<float>(p.scale), offset = static_cast<float>(p.offset);
    const Value x = inputs[0];
    if (Value feed = plan.rescaled_feed(x, factor, offset); feed.id >= 0) return feed;
    const Value source = plan.in(plan.layout(x), x);
    const Value y = plan.value(plan.shape(source), plan.layout(source), {&source, 1});
    const auto n = plan.extent(y);
    plan.call({.kernel = "scale",
               .reads = {plan.data(source)},
               .writes = {plan.data(y)},
               .run = [=, from = plan.data(source), to = plan.data(y)](const Step& step) {
                 scale(n(step), step[from], factor, offset, step[to]);
               }});
    plan.backward([=, &plan] {
      Buffer dy = plan.gradient(y);
      if (!dy || !plan.needs_gradient(source)) return;
      Buffer dx = plan.gradient_target(source);
      plan.call({.kernel = "scale", .reads = {dy}, .writes = {dx}, .run = [=](const Step& step) {
                   scale(n(step), step[dy], factor, 0, step[dx]);
                 }});
    });
    return y;
  }
};

}  // namespace

LayerPtr make(const Rescaling& parameters) { return std::make_shared<RescalingLayer>(parameters); }

LayerType rescaling_type() { return layer_type<Rescaling, RescalingLayer>(); }

}  // namespace sluice
