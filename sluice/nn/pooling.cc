#include "sluice/nn/pooling.h"

#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

void average_backward(const PoolShape& shape, const float*, const float*, const float* dy, float* dx) {
  average_pool_backward(shape, dy, dx);
}

/// The shape for the rows of a step; `outer` is what one row, or one group of lanes, has.
struct ShapeOfStep {
  PoolShape shape;
  Layout layout;
  PoolShape operator()(const Step& step) const {
    PoolShape now = shape;
    now.outer *= layout == Layout::lanes ? PlanBuilder::groups(step.rows) : step.rows;
    return now;
  }
};

/// In lanes an image lies channel by channel; steps lie with their channels together, as in rows.
ShapeOfStep shape_of_step(const PlanBuilder& plan, Value x, PoolShape window) {
  const int64_t channels = plan.shape(x).back();
  const bool in_lanes = plan.layout(x) == Layout::lanes;
  const bool planes = in_lanes && plan.shape(x).size() == 3;
  window.outer = planes ? channels : 1;
  window.inner = (planes ? 1 : channels) * (in_lanes ? lanes() : 1);
  return {window, plan.layout(x)};
}

void build_rectified_backward(PlanBuilder& plan, const ShapeOfStep& shape, const PoolKernels& kernels, Value x,
                              Buffer dy) {
  const Buffer dx = plan.rectified_gradient_target(x);
  plan.call({.kernel = kernels.name + " backward",
             .reads = {plan.data(x), dy},
             .writes = {dx},
             .by_rows = true,
             .run = [=, backward = kernels.rectified_backward, value = plan.data(x)](const Step& step) {
               backward(shape(step), step[value], step[dy], step[dx]);
             }});
}

}  // namespace

PoolKernels global_max_pooling() { return {"global_max_pool", max_pool, global_max_pool_backward, true}; }

PoolKernels average_pooling() {
  return {"average_pool", average_pool, average_backward, false, rectified_average_pool_backward};
}

Value build_pooling(PlanBuilder& plan, Value input, PoolShape window, const Shape& output, const PoolKernels& kernels) {
  const Value x = plan.in(plan.layout(input), input);
  const ShapeOfStep shape = shape_of_step(plan, x, window);
  const Value y = plan.value(output, plan.layout(x), {&x, 1});
  plan.call({.kernel = kernels.name,
             .reads = {plan.data(x)},
             .writes = {plan.data(y)},
             .by_rows = true,
             .run = [=, forward = kernels.forward, from = plan.data(x), to = plan.data(y)](const Step& step) {
               forward(shape(step), step[from], step[to]);
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    if (kernels.rectified_backward != nullptr && plan.rectified(x))
      return build_rectified_backward(plan, shape, kernels, x, dy);
    const Buffer dx = plan.gradient_target(x);
    std::vector<Buffer> reads{dy};
    if (kernels.backward_reads_values) reads.insert(reads.end(), {plan.data(x), plan.data(y)});
    plan.call({.kernel = kernels.name + " backward",
               .reads = reads,
               .writes = {dx},
               .by_rows = true,
               .run = [=, backward = kernels.backward, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 backward(shape(step), step[from], step[to], step[dy], step[dx]);
               }});
  });
  return y;
}

Value build_max_pooling(PlanBuilder& plan, Value input, PoolShape window, const Shape& output) {
  const Value x = plan.in(plan.layout(input), input);
  const ShapeOfStep shape = shape_of_step(plan, x, window);
  const Value y = plan.value(output, plan.layout(x), {&x, 1});
  const bool learns = plan.needs_gradient(x), rectified = plan.rectified(x);
  const Buffer places = learns ? plan.allocate_like(y) : Buffer();
  std::vector<Buffer> writes{plan.data(y)};
  if (learns) writes.push_back(places);
  plan.call({.kernel = "max_pool",
             .reads = {plan.data(x)},
             .writes = writes,
             .by_rows = true,
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               if (!learns) return max_pool(shape(step), step[from], step[to]);
               max_pool_places(shape(step), step[from], rectified, step[to], step[places]);
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !learns) return;
    const Buffer dx = rectified ? plan.rectified_gradient_target(x) : plan.gradient_target(x);
    plan.call({.kernel = "max_pool backward",
               .reads = {dy, places},
               .writes = {dx},
               .by_rows = true,
               .run = [=](const Step& step) { max_pool_backward(shape(step), step[places], step[dy], step[dx]); }});
  });
  return y;
}

}  // namespace sluice
