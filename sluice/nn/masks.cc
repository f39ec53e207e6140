#include "sluice/nn/masks.h"

#include "sluice/base/random.h"
#include "sluice/tensor/elementwise.h"
#include "sluice/tensor/normalization.h"

namespace sluice {
namespace {

/// Multiplies rows of `positions` vectors with one vector for each row.
void multiply_vectors(int64_t rows, int64_t positions, int64_t size, const float* x, const float* mask, float* y) {
  if (positions == 1) return multiply(rows * size, x, mask, y);
  const ChannelShape row{1, positions, size};
  for (int64_t i = 0; i < rows; ++i, x += positions * size, y += positions * size)
    channel_affine(row, x, nullptr, mask + i * size, nullptr, false, y);
}

}  // namespace

LayerRandom::LayerRandom(const PlanBuilder& plan)
    : stream_(static_cast<uint32_t>(Purpose::dropout) << 24 | plan.layer_index()) {}

Value build_masked(PlanBuilder& plan, Value given, const Mask& mask) {
  const Value x = plan.in(Layout::rows, given);
  const Value y = plan.value(Shape(plan.shape(x)), Layout::rows, {&x, 1});
  const Buffer values = plan.allocate_rows(mask.size);
  const int64_t size = mask.size, positions = element_count(plan.shape(x)) / size;
  plan.call({.kernel = mask.kernel,
             .reads = {plan.data(x)},
             .writes = {plan.data(y), values},
             .by_rows = true,
             .run = [=, from = plan.data(x), to = plan.data(y), fill = mask.fill,
                     random = LayerRandom(plan)](const Step& step) {
               fill(random.key(step), step.rows, step[values]);
               multiply_vectors(step.rows, positions, size, step[from], step[values], step[to]);
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = mask.kernel + " backward",
               .reads = {dy, values},
               .writes = {dx},
               .by_rows = true,
               .run = [=](const Step& step) {
                 multiply_vectors(step.rows, positions, size, step[dy], step[values], step[dx]);
               }});
  });
  return y;
}

}  // namespace sluice
