#include "sluice/nn/bias.h"

#include "sluice/tensor/elementwise.h"

namespace sluice {

void build_bias_backward(PlanBuilder& plan, int64_t bias, const Shape& shape, Buffer dy) {
  if (bias < 0) return;
  const auto dbias = plan.weight_gradient(bias, shape.back());
  const int64_t channels = shape.back(), vectors = element_count(shape) / channels;
  plan.call(
      {.kernel = "sum rows", .reads = {dy}, .writes = dbias.writes(), .effect = true, .run = [=](const Step& step) {
         sum_rows(step.rows * vectors, channels, step[dy], dbias.pointer(step));
       }});
}

}  // namespace sluice
