#include "sluice/nn/activations.h"
#include "sluice/nn/convolution.h"

namespace sluice {
namespace {

void build_lane_forward(PlanBuilder& plan, const Convolution& c, Value x, Value y) {
  const Buffer packed = plan.allocate(lane_conv::packed_size(c.shape));
  const Buffer scratch = plan.allocate(lane_conv::forward_scratch(c.shape));
  plan.prepare({.kernel = "lane_conv pack", .writes = {packed}, .run = [=](const Step& step) {
                  lane_conv::pack(c.shape, step.weights + c.kernel, step[packed]);
                }});
  plan.call({.kernel = "lane_conv forward",
             .reads = {plan.data(x), packed},
             .writes = {plan.data(y), scratch},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               lane_conv::forward(c.shape, PlanBuilder::groups(step.rows), step[from], step[packed],
                                  c.bias < 0 ? nullptr : step.weights + c.bias, c.relu, step[to], step[scratch]);
             }});
}

void build_lane_backward_data(PlanBuilder& plan, const Convolution& c, Value x, Buffer dy) {
  const Buffer packed = plan.allocate(lane_conv::packed_backward_size(c.shape));
  const Buffer scratch = plan.allocate(lane_conv::backward_data_scratch(c.shape));
  const Buffer dx = plan.gradient_target(x);
  plan.call({.kernel = "lane_conv pack", .writes = {packed}, .run = [=](const Step& step) {
               lane_conv::pack_backward(c.shape, step.weights + c.kernel, step[packed]);
             }});
  plan.call({.kernel = "lane_conv backward_data",
             .reads = {dy, packed},
             .writes = {dx, scratch},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=](const Step& step) {
               lane_conv::backward_data(c.shape, PlanBuilder::groups(step.rows), step[dy], step[packed], step[dx],
                                        step[scratch]);
             }});
}

void build_lane_backward_weights(PlanBuilder& plan, const Convolution& c, Value x, Buffer dy) {
  const auto dkernel = plan.weight_gradient(c.kernel, c.kernel_size());
  const auto dbias = c.bias < 0 ? PlanBuilder::WeightGradient() : plan.weight_gradient(c.bias, c.shape.filters);
  const Buffer scratch = plan.allocate(lane_conv::backward_weights_scratch(c.shape));
  std::vector<Buffer> writes{scratch};
  for (const auto& target : {dkernel, dbias}) {
    for (Buffer buffer : target.writes()) writes.push_back(buffer);
  }
  plan.call({.kernel = "lane_conv backward_weights",
             .reads = {plan.data(x), dy},
             .writes = writes,
             .flop = c.flop(),
             .effect = true,
             .by_rows = true,
             .run = [=, from = plan.data(x)](const Step& step) {
               lane_conv::backward_weights(c.shape, PlanBuilder::groups(step.rows), step[from], step[dy],
                                           dkernel.pointer(step), c.bias < 0 ? nullptr : dbias.pointer(step),
                                           step.sum_part(), step[scratch]);
             }});
}

}  // namespace

Value build_lane_convolution(PlanBuilder& plan, const Convolution& c, Value given) {
  const Value x = plan.in(Layout::lanes, given);
  const Value y = plan.value({c.shape.out_height, c.shape.out_width, c.shape.filters}, Layout::lanes, {&x, 1}, true);
  build_lane_forward(plan, c, x, y);
  if (c.relu) plan.mark_rectified(y);
  plan.backward([=, &plan] {
    const Buffer dy = build_fused_activation_backward(plan, y, c.relu ? Activation::relu : Activation::linear);
    if (!dy) return;
    if (plan.needs_gradient(x)) build_lane_backward_data(plan, c, x, dy);
    if (plan.frozen()) return;
    build_lane_backward_weights(plan, c, x, dy);
  });
  return y;
}

}  // namespace sluice
