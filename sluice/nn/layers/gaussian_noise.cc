#include "sluice/nn/layers/gaussian_noise.h"

#include <cmath>

#include "sluice/nn/masks.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

/// y = x + noise; the gradient passes unchanged.
Value build_noise(PlanBuilder& plan, Value given, float deviation) {
  const Value x = plan.in(Layout::rows, given);
  const Value y = plan.value(Shape(plan.shape(x)), Layout::rows, {&x, 1});
  const auto n = plan.extent(y);
  plan.call({.kernel = "noise",
             .reads = {plan.data(x)},
             .writes = {plan.data(y)},
             .run = [=, from = plan.data(x), to = plan.data(y), random = LayerRandom(plan)](const Step& step) {
               normal_numbers(random.key(step), 0, deviation, step.rows, n.unit, step[to]);
               add(n(step), step[to], step[from], step[to]);
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = "noise backward", .reads = {dy}, .writes = {dx}, .run = [=](const Step& step) {
                 scale(n(step), step[dy], 1, 0, step[dx]);
               }});
  });
  return y;
}

class GaussianNoiseLayer : public ParameterLayer<GaussianNoise> {
 public:
  using ParameterLayer::ParameterLayer;
  Shape output_shape(std::span<const Shape> inputs) const override { return single(inputs); }
  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    if (!plan.training() || p.stddev == 0) return inputs[0];
    return build_noise(plan, inputs[0], static_cast<float>(p.stddev));
  }
};

class GaussianDropoutLayer : public ParameterLayer<GaussianDropout> {
 public:
  using ParameterLayer::ParameterLayer;
  Shape output_shape(std::span<const Shape> inputs) const override { return single(inputs); }
  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    if (!plan.training() || p.rate == 0) return inputs[0];
    if (p.rate == 1) throw invalid("[GaussianDropout] with a rate of 1 nothing is left to train on");
    const int64_t size = element_count(plan.shape(inputs[0]));
    const auto deviation = static_cast<float>(std::sqrt(p.rate / (1 - p.rate)));
    return build_masked(
        plan, inputs[0],
        {.kernel = "gaussian dropout", .size = size, .fill = [=](const DropoutKey& key, int64_t rows, float* mask) {
           normal_numbers(key, 1, deviation, rows, size, mask);
         }});
  }
};

}  // namespace

LayerPtr make(const GaussianNoise& parameters) { return std::make_shared<GaussianNoiseLayer>(parameters); }
LayerPtr make(const GaussianDropout& parameters) { return std::make_shared<GaussianDropoutLayer>(parameters); }

LayerType gaussian_noise_type() { return layer_type<GaussianNoise, GaussianNoiseLayer>(); }
LayerType gaussian_dropout_type() { return layer_type<GaussianDropout, GaussianDropoutLayer>(); }

}  // namespace sluice
