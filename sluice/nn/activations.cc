#include "sluice/nn/activations.h"

#include "sluice/tensor/softmax.h"

namespace sluice {
namespace {

Value build_softmax(PlanBuilder& plan, Value given) {
  const Value x = plan.in(Layout::rows, given);
  const Value y = plan.value(plan.shape(x), Layout::rows, {&x, 1});
  const int64_t classes = plan.shape(x).empty() ? 1 : plan.shape(x).back();
  const int64_t vectors = element_count(plan.shape(x)) / classes;
  plan.call({.kernel = "softmax",
             .reads = {plan.data(x)},
             .writes = {plan.data(y)},
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               softmax(step.rows * vectors, classes, step[from], step[to]);
             }});
  plan.link_logits(y, x, Activation::softmax);
  plan.backward([=, &plan] {
    Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = "softmax backward",
               .reads = {plan.data(y), dy},
               .writes = {dx},
               .run = [=, value = plan.data(y)](const Step& step) {
                 softmax_backward(step.rows * vectors, classes, step[value], step[dy], step[dx]);
               }});
  });
  return y;
}

}  // namespace

Value build_activation(PlanBuilder& plan, Value given, Activation activation) {
  if (activation == Activation::linear) return given;
  if (activation == Activation::softmax) return build_softmax(plan, given);
  const Value x = plan.in(plan.layout(given), given);
  const Value y = plan.value(plan.shape(x), plan.layout(x), {&x, 1});
  const std::string kernel(enum_name(activation));
  const auto n = plan.extent(y);
  plan.call({.kernel = kernel,
             .reads = {plan.data(x)},
             .writes = {plan.data(y)},
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               activate(activation, n(step), step[from], step[to]);
             }});
  plan.backward([=, &plan] {
    Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = kernel + " backward",
               .reads = {plan.data(y), dy},
               .writes = {dx},
               .run = [=, value = plan.data(y)](const Step& step) {
                 activate_backward(activation, n(step), step[value], step[dy], step[dx]);
               }});
  });
  return y;
}

Buffer build_fused_activation_backward(PlanBuilder& plan, Value y, Activation activation) {
  Buffer dy = plan.gradient(y);
  if (!dy || activation == Activation::linear) return dy;
  plan.call({.kernel = std::string(enum_name(activation)) + " backward",
             .reads = {plan.data(y), dy},
             .writes = {dy},
             .run = [=, value = plan.data(y), n = plan.extent(y)](const Step& step) {
               activate_backward(activation, n(step), step[value], step[dy], step[dy]);
             }});
  return dy;
}

}  // namespace sluice
