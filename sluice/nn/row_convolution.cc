#include <string>

#include "sluice/nn/activations.h"
#include "sluice/nn/convolution.h"
#include "sluice/nn/folded_weights.h"

namespace sluice {
namespace {

std::string name_of(const RowConv& conv, const char* pass) { return std::string(conv.name) + " " + pass; }

void build_row_forward(PlanBuilder& plan, const Convolution& c, Value x, Value y, const Epilogue& epilogue) {
  const RowConv& conv = row_conv_for(c.shape);
  const FoldedWeights weights(plan, c, epilogue);
  const Buffer packed = plan.allocate(conv.packed_size(c.shape));
  const Buffer scratch = plan.allocate(conv.forward_scratch(c.shape));
  plan.prepare({.kernel = name_of(conv, "pack"),
                .reads = weights.reads(),
                .writes = {packed},
                .run = [=, &conv](const Step& step) { conv.pack(c.shape, weights.kernel(step), step[packed]); }});
  std::vector<Buffer> reads = weights.reads();
  reads.insert(reads.end(), {plan.data(x), packed});
  plan.call({.kernel = name_of(conv, "forward"),
             .reads = reads,
             .writes = {plan.data(y), scratch},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=, &conv, from = plan.data(x), to = plan.data(y)](const Step& step) {
               conv.forward(c.shape, step.rows, step[from], step[packed], weights.bias(step), epilogue.relu,
                            epilogue.ceiling, step[to], step[scratch]);
             }});
}

void build_row_backward_data(PlanBuilder& plan, const Convolution& c, Value x, Buffer dy) {
  const RowConv& conv = row_conv_for(c.shape);
  const Buffer packed = plan.allocate(conv.packed_backward_size(c.shape));
  const Buffer scratch = plan.allocate(conv.backward_data_scratch(c.shape));
  const bool rectified = plan.rectified(x);
  const Buffer dx = rectified ? plan.rectified_gradient_target(x) : plan.gradient_target(x);
  std::vector<Buffer> reads{dy, packed};
  if (rectified) reads.push_back(plan.data(x));
  plan.call({.kernel = name_of(conv, "pack"), .writes = {packed}, .run = [=, &conv](const Step& step) {
               conv.pack_backward(c.shape, step.weights + c.kernel, step[packed]);
             }});
  plan.call({.kernel = name_of(conv, "backward_data"),
             .reads = reads,
             .writes = {dx, scratch},
             .flop = c.flop(),
             .by_rows = true,
             .run = [=, &conv, value = plan.data(x)](const Step& step) {
               conv.backward_data(c.shape, step.rows, step[dy], step[packed], rectified ? step[value] : nullptr,
                                  step[dx], step[scratch]);
             }});
}

void build_row_backward_weights(PlanBuilder& plan, const Convolution& c, Value x, Buffer dy) {
  const RowConv& conv = row_conv_for(c.shape);
  const auto dkernel = plan.weight_gradient(c.kernel, c.kernel_size());
  const auto dbias = c.bias < 0 ? PlanBuilder::WeightGradient() : plan.weight_gradient(c.bias, c.shape.filters);
  const Buffer scratch = plan.allocate(conv.backward_weights_scratch(c.shape));
  std::vector<Buffer> writes{scratch};
  for (const auto& target : {dkernel, dbias}) {
    for (Buffer buffer : target.writes()) writes.push_back(buffer);
  }
  plan.call({.kernel = name_of(conv, "backward_weights"),
             .reads = {plan.data(x), dy},
             .writes = writes,
             .flop = c.flop(),
             .effect = true,
             .by_rows = true,
             .run = [=, &conv, from = plan.data(x)](const Step& step) {
               conv.backward_weights(c.shape, step.rows, step[from], step[dy], dkernel.pointer(step),
                                     c.bias < 0 ? nullptr : dbias.pointer(step), step.sum_part(), step[scratch]);
             }});
}

}  // namespace

Value build_row_convolution(PlanBuilder& plan, const Convolution& convolution, Value given) {
  Convolution c = convolution;
  const Value x = plan.in(Layout::rows, without_padding(plan, given, c.shape));
  const Value y = plan.value({c.shape.out_height, c.shape.out_width, c.shape.filters}, Layout::rows, {&x, 1}, true);
  plan.defer(y, {.relu = c.relu}, [=, &plan](const Epilogue& epilogue) { build_row_forward(plan, c, x, y, epilogue); });
  if (c.relu) plan.mark_rectified(y);
  plan.backward([=, &plan] {
    const Buffer dy = build_fused_activation_backward(plan, y, c.relu ? Activation::relu : Activation::linear);
    if (!dy) return;
    if (plan.needs_gradient(x)) build_row_backward_data(plan, c, x, dy);
    if (plan.frozen()) return;
    build_row_backward_weights(plan, c, x, dy);
  });
  return y;
}

}  // namespace sluice
