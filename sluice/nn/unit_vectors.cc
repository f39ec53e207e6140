#include "sluice/nn/unit_vectors.h"

#include "sluice/tensor/dot.h"

namespace sluice {

Value build_unit_vectors(PlanBuilder& plan, Value x, size_t dimensions, float largest_factor) {
  const Shape shape = plan.shape(x);
  const int64_t size = element_count({shape.end() - static_cast<int64_t>(dimensions), shape.end()});
  const int64_t vectors = element_count(shape) / size;
  const Value y = plan.value(shape, Layout::rows, {&x, 1});
  plan.call({.kernel = "normalize",
             .reads = {plan.data(x)},
             .writes = {plan.data(y)},
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               normalize_rows(step.rows * vectors, size, largest_factor, step[from], step[to]);
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = "normalize backward",
               .reads = {plan.data(x), plan.data(y), dy},
               .writes = {dx},
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 normalize_rows_backward(step.rows * vectors, size, largest_factor, step[from], step[to], step[dy],
                                         step[dx]);
               }});
  });
  return y;
}

}  // namespace sluice
