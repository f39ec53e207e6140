#include <limits>

#include "sluice/nn/activations.h"
#include "sluice/nn/bias.h"
#include "sluice/nn/convolution.h"
#include "sluice/nn/folded_weights.h"
#include "sluice/nn/move.h"
#include "sluice/tensor/depthwise_conv.h"

namespace sluice {
namespace {

void build_depthwise_forward(PlanBuilder& plan, const Convolution& c, Value x, Value y, const Epilogue& epilogue) {
  const FoldedWeights weights(plan, c, epilogue);
  const float low = epilogue.relu ? 0 : -std::numeric_limits<float>::infinity();
  std::vector<Buffer> reads = weights.reads();
  reads.push_back(plan.data(x));
  plan.call({.kernel = "depthwise_conv forward",
             .reads = reads,
             .writes = {plan.data(y)},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               depthwise_conv::forward(c.shape, step.rows, step[from], weights.kernel(step), weights.bias(step), low,
                                       epilogue.ceiling, step[to]);
             }});
}

void build_depthwise_backward_data(PlanBuilder& plan, const Convolution& c, Value x, Buffer dy) {
  const Buffer dx = plan.gradient_target(x);
  plan.call({.kernel = "depthwise_conv backward_data",
             .reads = {dy},
             .writes = {dx},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=](const Step& step) {
               depthwise_conv::backward_data(c.shape, step.rows, step[dy], step.weights + c.kernel, step[dx]);
             }});
}

void build_backward_kernel(PlanBuilder& plan, const Convolution& c, Value x, Buffer dy) {
  const auto dkernel = plan.weight_gradient(c.kernel, c.kernel_size());
  plan.call({.kernel = "depthwise_conv backward_weights",
             .reads = {plan.data(x), dy},
             .writes = dkernel.writes(),
             .flop = c.flop(),
             .effect = true,
             .run = [=, from = plan.data(x)](const Step& step) {
               depthwise_conv::backward_weights(c.shape, step.rows, step[from], step[dy], dkernel.pointer(step));
             }});
}

/// Each channel `times` times, one beside the other.
Value repeat_channels(PlanBuilder& plan, Value x, int64_t times) {
  Shape shape = plan.shape(x);
  Move move = identity_move(shape);
  move.loops[2].to_step = times;
  move.loops.push_back({.size = times, .from_dimension = -1, .to_dimension = 2});
  shape[2] *= times;
  return build_move(plan, "repeat channels", x, shape, move);
}

}  // namespace

Value build_depthwise_convolution(PlanBuilder& plan, const Convolution& convolution, Value given) {
  Convolution c = convolution;
  Value x = plan.in(Layout::rows, without_padding(plan, given, c.shape));
  if (c.shape.filters > c.shape.channels) x = repeat_channels(plan, x, c.shape.filters / c.shape.channels);
  c.shape.channels = c.shape.groups = c.shape.filters;
  const Value y = plan.value({c.shape.out_height, c.shape.out_width, c.shape.filters}, Layout::rows, {&x, 1}, true);
  plan.defer(y, {.relu = c.relu},
             [=, &plan](const Epilogue& epilogue) { build_depthwise_forward(plan, c, x, y, epilogue); });
  plan.backward([=, &plan] {
    const Buffer dy = build_fused_activation_backward(plan, y, c.relu ? Activation::relu : Activation::linear);
    if (!dy) return;
    if (plan.needs_gradient(x)) build_depthwise_backward_data(plan, c, x, dy);
    if (plan.frozen()) return;
    build_backward_kernel(plan, c, x, dy);
    build_bias_backward(plan, c.bias, plan.shape(y), dy);
  });
  return y;
}

}  // namespace sluice
