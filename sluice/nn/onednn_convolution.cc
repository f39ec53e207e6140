#include <algorithm>

#include "sluice/nn/activations.h"
#include "sluice/nn/convolution.h"
#include "sluice/tensor/onednn_conv.h"

namespace sluice {
namespace {

using Pass = OnednnConv::Pass;

std::shared_ptr<const OnednnConv> make_pass(PlanBuilder& plan, const Convolution& c, Pass pass) {
  return std::make_shared<OnednnConv>(c.shape, plan.batch(), pass, c.bias >= 0 && pass != Pass::backward_data,
                                      c.relu && pass == Pass::forward);
}

void build_forward(PlanBuilder& plan, const Convolution& c, Value x, Value y) {
  const auto conv = make_pass(plan, c, Pass::forward);
  const Buffer packed = plan.allocate(conv->packed_size()), scratch = plan.allocate(conv->scratch_size());
  plan.prepare({.kernel = "onednn pack", .writes = {packed}, .run = [=](const Step& step) {
                  conv->pack(step.weights + c.kernel, step[packed]);
                }});
  plan.call({.kernel = "onednn forward " + conv->implementation(),
             .reads = {plan.data(x), packed},
             .writes = {plan.data(y), scratch},
             .flop = c.flop(),
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               conv->run(step[from], step[packed], c.bias < 0 ? nullptr : step.weights + c.bias, step[to],
                         step[scratch]);
             }});
}

void build_backward_data(PlanBuilder& plan, const Convolution& c, Value x, Buffer dy) {
  const auto conv = make_pass(plan, c, Pass::backward_data);
  const Buffer packed = plan.allocate(conv->packed_size()), scratch = plan.allocate(conv->scratch_size());
  const Buffer dx = plan.gradient_target(x);
  plan.call({.kernel = "onednn pack", .writes = {packed}, .run = [=](const Step& step) {
               conv->pack(step.weights + c.kernel, step[packed]);
             }});
  plan.call({.kernel = "onednn backward_data " + conv->implementation(),
             .reads = {dy, packed},
             .writes = {dx, scratch},
             .flop = c.flop(),
             .run = [=](const Step& step) { conv->run(step[dx], step[packed], nullptr, step[dy], step[scratch]); }});
}

/// oneDNN always sums over the whole batch: rows that this step does not have become zero.
void clear_missing_rows(const Step& step, Buffer buffer, int64_t row_size, int64_t batch) {
  std::fill(step[buffer] + step.rows * row_size, step[buffer] + batch * row_size, 0.0f);
}

void build_backward_weights(PlanBuilder& plan, const Convolution& c, Value x, Value y, Buffer dy) {
  const auto conv = make_pass(plan, c, Pass::backward_weights);
  const auto dkernel = plan.weight_gradient(c.kernel, c.kernel_size());
  const auto dbias = c.bias < 0 ? PlanBuilder::WeightGradient() : plan.weight_gradient(c.bias, c.shape.filters);
  const Buffer packed = plan.allocate(conv->packed_size()), scratch = plan.allocate(conv->scratch_size());
  std::vector<Buffer> writes{packed, scratch, plan.data(x), dy};
  for (const auto& target : {dkernel, dbias}) {
    for (Buffer buffer : target.writes()) writes.push_back(buffer);
  }
  plan.call({.kernel = "onednn backward_weights " + conv->implementation(),
             .reads = {plan.data(x), dy},
             .writes = writes,
             .flop = c.flop(),
             .effect = true,
             .run = [=, from = plan.data(x), x_size = plan.floats(x, 1), y_size = plan.floats(y, 1),
                     batch = plan.batch()](const Step& step) {
               clear_missing_rows(step, from, x_size, batch);
               clear_missing_rows(step, dy, y_size, batch);
               conv->run(step[from], step[packed], c.bias < 0 ? nullptr : dbias.pointer(step), step[dy], step[scratch]);
               conv->unpack(step[packed], dkernel.pointer(step));
             }});
}

}  // namespace

Value build_onednn_convolution(PlanBuilder& plan, const Convolution& c, Value given) {
  const Value x = plan.in(Layout::rows, given);
  const Value y = plan.value({c.shape.out_height, c.shape.out_width, c.shape.filters}, Layout::rows, {&x, 1}, true);
  build_forward(plan, c, x, y);
  if (c.relu) plan.mark_rectified(y);
  plan.backward([=, &plan] {
    const Buffer dy = build_fused_activation_backward(plan, y, c.relu ? Activation::relu : Activation::linear);
    if (!dy) return;
    if (plan.needs_gradient(x)) build_backward_data(plan, c, x, dy);
    if (plan.frozen()) return;
    build_backward_weights(plan, c, x, y, dy);
  });
  return y;
}

}  // namespace sluice
