#include "sluice/nn/layers/dropout.h"

#include "sluice/base/random.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/dropout.h"
#include "sluice/tensor/elementwise.h"

namespace sluice {
namespace {

class DropoutLayer : public ParameterLayer<Dropout> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return single(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    if (!plan.training() || p.rate == 0) return inputs[0];
    const Value x = plan.in(Layout::rows, inputs[0]);
    const Value y = plan.value(plan.shape(x), Layout::rows, {&x, 1});
    const Buffer mask = plan.allocate(plan.floats(y, plan.batch()));
    const auto n = plan.extent(y);
    plan.call({.kernel = "dropout",
               .reads = {plan.data(x)},
               .writes = {plan.data(y), mask},
               .run = [=, from = plan.data(x), to = plan.data(y), rate = static_cast<float>(p.rate),
                       stream = plan.layer_index()](const Step& step) {
                 const DropoutKey key{step.seed, static_cast<uint32_t>(Purpose::dropout) << 24 | stream, step.number};
                 dropout_mask(key, rate, step.rows, n.unit, step[mask]);
                 multiply(n(step), step[from], step[mask], step[to]);
               }});
    plan.backward([=, &plan] {
      Buffer dy = plan.gradient(y);
      if (!dy || !plan.needs_gradient(x)) return;
      Buffer dx = plan.gradient_target(x);
      plan.call({.kernel = "dropout backward", .reads = {dy, mask}, .writes = {dx}, .run = [=](const Step& step) {
                   multiply(n(step), step[dy], step[mask], step[dx]);
                 }});
    });
    return y;
  }
};

}  // namespace

LayerPtr make(const Dropout& parameters) { return std::make_shared<DropoutLayer>(parameters); }

LayerType dropout_type() { return layer_type<Dropout, DropoutLayer>(); }

}  // namespace sluice
