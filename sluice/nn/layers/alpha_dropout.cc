#include "sluice/nn/layers/alpha_dropout.h"

#include <cmath>

#include "sluice/nn/masks.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

/// y = mask · (x · factor + shift) + dropped, where the mask is 0 or 1 / (1 - rate).
struct Constants {
  float factor, shift, dropped;

  explicit Constants(double rate) {
    const double low = -1.6732632423543772 * 1.0507009873554805;  // What selu approaches.
    const double gain = 1 / std::sqrt((1 - rate) * (1 + rate * low * low));
    factor = static_cast<float>((1 - rate) * gain);
    shift = static_cast<float>(-(1 - rate) * gain * low);
    dropped = static_cast<float>(gain * low - gain * low * rate);
  }
};

class AlphaDropoutLayer : public ParameterLayer<AlphaDropout> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    Noise(p.noise_shape, single(inputs));
    return inputs[0];
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    if (!plan.training() || p.rate == 0) return inputs[0];
    if (p.rate == 1) throw invalid("[AlphaDropout] with a rate of 1 nothing is left to train on");
    const Value x = plan.in(Layout::rows, inputs[0]);
    const Value y = plan.value(Shape(plan.shape(x)), Layout::rows, {&x, 1});
    const Buffer mask = plan.allocate(plan.floats(y, plan.batch()));
    const auto n = plan.extent(y);
    const Constants constants(p.rate);
    const Noise noise(p.noise_shape, plan.shape(x));
    const auto scratch = std::make_shared<std::vector<float>>(static_cast<size_t>(noise.scratch(plan.batch())));
    plan.call({.kernel = "alpha dropout",
               .reads = {plan.data(x)},
               .writes = {plan.data(y), mask},
               .run = [=, from = plan.data(x), to = plan.data(y), rate = static_cast<float>(p.rate),
                       random = LayerRandom(plan)](const Step& step) {
                 noise.fill(random.key(step), rate, step.rows, step[mask], scratch->data());
                 scale(n(step), step[from], constants.factor, constants.shift, step[to]);
                 multiply(n(step), step[to], step[mask], step[to]);
                 scale(n(step), step[to], 1, constants.dropped, step[to]);
               }});
    plan.backward([=, &plan] {
      const Buffer dy = plan.gradient(y);
      if (!dy || !plan.needs_gradient(x)) return;
      const Buffer dx = plan.gradient_target(x);
      plan.call({.kernel = "alpha dropout backward", .reads = {dy, mask}, .writes = {dx}, .run = [=](const Step& step) {
                   multiply(n(step), step[dy], step[mask], step[dx]);
                   scale(n(step), step[dx], constants.factor, 0, step[dx]);
                 }});
    });
    return y;
  }
};

}  // namespace

LayerPtr make(const AlphaDropout& parameters) { return std::make_shared<AlphaDropoutLayer>(parameters); }

LayerType alpha_dropout_type() { return layer_type<AlphaDropout, AlphaDropoutLayer>(); }

}  // namespace sluice
