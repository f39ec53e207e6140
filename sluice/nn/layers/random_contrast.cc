#include "sluice/nn/layers/random_contrast.h"

#include <functional>

#include "sluice/nn/layers/row_random_internal.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/contrast.h"

namespace sluice {
namespace {

/// Appends the images, each changed by what `draw` returns for it, forward and reverse. In inference returns the input
/// as it is.
Value build_contrast(PlanBuilder& plan, Value input, const std::function<Contrast(const RowRandom&)>& draw) {
  if (!plan.training()) return input;
  const Value x = plan.in(Layout::rows, input);
  const Value y = plan.value(plan.shape(x), Layout::rows, {&x, 1});
  const ImageShape image = plan.image(x);
  auto for_each_row = [draw, layer = plan.layer_index(), size = image.size()](const Step& step, const auto& change) {
    for (int64_t row = 0; row < step.rows; ++row) change(draw(RowRandom(step, layer, row)), row * size);
  };
  const Buffer from = plan.data(x), to = plan.data(y), means = plan.allocate(image.channels);
  plan.call({.kernel = "contrast",
             .reads = {from},
             .writes = {to, means},
             .flop = 5 * image.size(),
             .run = [=](const Step& step) {
               for_each_row(step, [&](const Contrast& change, int64_t at) {
                 contrast(image, change, step[from] + at, step[means], step[to] + at);
               });
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x), both_means = plan.allocate(2 * image.channels);
    plan.call(
        {.kernel = "contrast backward", .reads = {from, dy}, .writes = {dx, both_means}, .run = [=](const Step& step) {
           for_each_row(step, [&](const Contrast& change, int64_t at) {
             contrast_backward(image, change, step[from] + at, step[dy] + at, step[both_means], step[dx] + at);
           });
         }});
  });
  return y;
}

Contrast change_within(const Interval& range, double factor, double shift) {
  return {static_cast<float>(factor), static_cast<float>(shift), static_cast<float>(range.low),
          static_cast<float>(range.high)};
}

class RandomContrastLayer : public ParameterLayer<RandomContrast> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return image(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    return build_contrast(plan, inputs[0], [p = p](const RowRandom& random) {
      return change_within(p.value_range, random.uniform(0, 1 - p.factor.lower, 1 + p.factor.upper), 0);
    });
  }
};

class RandomBrightnessLayer : public ParameterLayer<RandomBrightness> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return image(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    return build_contrast(plan, inputs[0], [p = p](const RowRandom& random) {
      const double share = random.uniform(0, p.factor.low, p.factor.high);
      return change_within(p.value_range, 1, share * (p.value_range.high - p.value_range.low));
    });
  }
};

}  // namespace

LayerPtr make(const RandomContrast& parameters) { return std::make_shared<RandomContrastLayer>(parameters); }
LayerPtr make(const RandomBrightness& parameters) { return std::make_shared<RandomBrightnessLayer>(parameters); }

LayerType random_contrast_type() { return layer_type<RandomContrast, RandomContrastLayer>(); }
LayerType random_brightness_type() { return layer_type<RandomBrightness, RandomBrightnessLayer>(); }

}  // namespace sluice
