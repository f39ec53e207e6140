#include "sluice/nn/layers/random_affine_internal.h"

namespace sluice {

Value build_random_affine(PlanBuilder& plan, Value input, const RandomAffine& parameters,
                          const std::function<AffineTransform(const RowRandom&)>& draw) {
  if (!plan.training()) return input;
  const Value x = plan.in(Layout::rows, input);
  const Value y = plan.value(plan.shape(x), Layout::rows, {&x, 1});
  const ImageShape image = plan.image(x);
  const AffineSampling sampling{parameters.interpolation, parameters.fill_mode,
                                static_cast<float>(parameters.fill_value)};
  auto for_each_row = [draw, layer = plan.layer_index(), size = image.size()](const Step& step, const auto& transform) {
    for (int64_t row = 0; row < step.rows; ++row) transform(draw(RowRandom(step, layer, row)), row * size);
  };
  const Buffer scratch = plan.allocate(affine_scratch(image));
  plan.call({.kernel = "affine",
             .reads = {plan.data(x)},
             .writes = {plan.data(y), scratch},
             .flop = 8 * image.size(),
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               for_each_row(step, [&](const AffineTransform& transform, int64_t at) {
                 affine(image, sampling, transform, step[from] + at, step[scratch], step[to] + at);
               });
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x), bordered = plan.allocate(affine_scratch(image));
    plan.call({.kernel = "affine backward", .reads = {dy}, .writes = {dx, bordered}, .run = [=](const Step& step) {
                 for_each_row(step, [&](const AffineTransform& transform, int64_t at) {
                   affine_backward(image, sampling, transform, step[dy] + at, step[bordered], step[dx] + at);
                 });
               }});
  });
  return y;
}

}  // namespace sluice
