#include "sluice/nn/activations.h"
#include "sluice/nn/bias.h"
#include "sluice/nn/convolution.h"
#include "sluice/nn/folded_weights.h"
#include "sluice/tensor/gemm_conv.h"

namespace sluice {
namespace {

void build_gemm_forward(PlanBuilder& plan, const Convolution& c, Value x, Value y, const Epilogue& epilogue) {
  const FoldedWeights weights(plan, c, epilogue);
  const Buffer packed = plan.allocate(gemm_conv::packed_size(c.shape));
  const Buffer scratch = plan.allocate(gemm_conv::scratch_size(c.shape));
  plan.prepare({.kernel = "gemm_conv pack", .reads = weights.reads(), .writes = {packed}, .run = [=](const Step& step) {
                  gemm_conv::pack(c.shape, weights.kernel(step), step[packed]);
                }});
  std::vector<Buffer> reads = weights.reads();
  reads.insert(reads.end(), {plan.data(x), packed});
  plan.call({.kernel = "gemm_conv forward",
             .reads = reads,
             .writes = {plan.data(y), scratch},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               gemm_conv::forward(c.shape, step.rows, step[from], step[packed], weights.bias(step), epilogue.relu,
                                  epilogue.ceiling, step[to], step[scratch]);
             }});
}

void build_gemm_backward_data(PlanBuilder& plan, const Convolution& c, Value x, Buffer dy) {
  const Buffer packed = plan.allocate(gemm_conv::packed_backward_size(c.shape));
  const Buffer scratch = plan.allocate(gemm_conv::scratch_size(c.shape));
  const Buffer dx = plan.gradient_target(x);
  plan.call({.kernel = "gemm_conv pack", .writes = {packed}, .run = [=](const Step& step) {
               gemm_conv::pack_backward(c.shape, step.weights + c.kernel, step[packed]);
             }});
  plan.call({.kernel = "gemm_conv backward_data",
             .reads = {dy, packed},
             .writes = {dx, scratch},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=](const Step& step) {
               gemm_conv::backward_data(c.shape, step.rows, step[dy], step[packed], nullptr, step[dx], step[scratch]);
             }});
}

/// `x` and `y` lie as the convolution's inputs and the gradient of its outputs, whichever of them is a gradient.
void build_backward_kernel(PlanBuilder& plan, const Convolution& c, Buffer x, Buffer y) {
  const auto dkernel = plan.weight_gradient(c.kernel, c.kernel_size());
  const Buffer scratch = plan.allocate(gemm_conv::backward_weights_scratch(c.shape));
  std::vector<Buffer> writes = dkernel.writes();
  writes.push_back(scratch);
  plan.call({.kernel = "gemm_conv backward_weights",
             .reads = {x, y},
             .writes = writes,
             .flop = c.flop(),
             .effect = true,
             .run = [=](const Step& step) {
               gemm_conv::backward_weights(c.shape, step.rows, step[x], step[y], dkernel.pointer(step), step[scratch]);
             }});
}

void build_transposed_forward(PlanBuilder& plan, const Convolution& c, Value x, Value y) {
  const Buffer packed = plan.allocate(gemm_conv::packed_backward_size(c.shape));
  const Buffer scratch = plan.allocate(gemm_conv::scratch_size(c.shape));
  plan.prepare({.kernel = "gemm_conv pack", .writes = {packed}, .run = [=](const Step& step) {
                  gemm_conv::pack_backward(c.shape, step.weights + c.kernel, step[packed]);
                }});
  plan.call({.kernel = "gemm_conv transposed",
             .reads = {plan.data(x), packed},
             .writes = {plan.data(y), scratch},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               gemm_conv::backward_data(c.shape, step.rows, step[from], step[packed],
                                        c.bias < 0 ? nullptr : step.weights + c.bias, step[to], step[scratch]);
             }});
}

void build_transposed_backward_data(PlanBuilder& plan, const Convolution& c, Value x, Buffer dy) {
  const Buffer packed = plan.allocate(gemm_conv::packed_size(c.shape));
  const Buffer scratch = plan.allocate(gemm_conv::scratch_size(c.shape));
  const Buffer dx = plan.gradient_target(x);
  plan.call({.kernel = "gemm_conv pack", .writes = {packed}, .run = [=](const Step& step) {
               gemm_conv::pack(c.shape, step.weights + c.kernel, step[packed]);
             }});
  plan.call({.kernel = "gemm_conv transposed backward_data",
             .reads = {dy, packed},
             .writes = {dx, scratch},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=](const Step& step) {
               gemm_conv::forward(c.shape, step.rows, step[dy], step[packed], nullptr, false, 0, step[dx],
                                  step[scratch]);
             }});
}

}  // namespace

Value build_gemm_convolution(PlanBuilder& plan, const Convolution& convolution, Value given) {
  Convolution c = convolution;
  const Value x = plan.in(Layout::rows, without_padding(plan, given, c.shape));
  const Value y = plan.value({c.shape.out_height, c.shape.out_width, c.shape.filters}, Layout::rows, {&x, 1}, true);
  plan.defer(y, {.relu = c.relu},
             [=, &plan](const Epilogue& epilogue) { build_gemm_forward(plan, c, x, y, epilogue); });
  plan.backward([=, &plan] {
    const Buffer dy = build_fused_activation_backward(plan, y, c.relu ? Activation::relu : Activation::linear);
    if (!dy) return;
    if (plan.needs_gradient(x)) build_gemm_backward_data(plan, c, x, dy);
    if (plan.frozen()) return;
    build_backward_kernel(plan, c, plan.data(x), dy);
    build_bias_backward(plan, c.bias, plan.shape(y), dy);
  });
  return y;
}

Value build_transposed_convolution(PlanBuilder& plan, const Convolution& c, Value given) {
  const Value x = plan.in(Layout::rows, given);
  const Value y = plan.value({c.shape.height, c.shape.width, c.shape.channels}, Layout::rows, {&x, 1}, true);
  build_transposed_forward(plan, c, x, y);
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy) return;
    if (plan.needs_gradient(x)) build_transposed_backward_data(plan, c, x, dy);
    if (plan.frozen()) return;
    build_backward_kernel(plan, c, dy, plan.data(x));
    build_bias_backward(plan, c.bias, plan.shape(y), dy);
  });
  return y;
}

}  // namespace sluice
