#include "sluice/nn/activations.h"

#include "sluice/tensor/activation_vectors.h"
#include "sluice/tensor/softmax.h"

namespace sluice {
namespace {

/// A function over vectors of the last dimension, and its reverse from its argument x or its value y.
struct VectorFunction {
  void (*forward)(int64_t vectors, int64_t classes, const float* x, float* y, float* scratch);
  void (*backward)(int64_t vectors, int64_t classes, const float* known, const float* dy, float* dx, float* scratch);
  bool from_input = false;
};

VectorFunction vector_function(Activation activation) {
  switch (activation) {
    case Activation::log_softmax:
      return {[](int64_t m, int64_t n, const float* x, float* y, float*) { log_softmax(m, n, x, y); },
              [](int64_t m, int64_t n, const float* y, const float* dy, float* dx, float*) {
                log_softmax_backward(m, n, y, dy, dx);
              }};
    case Activation::sparsemax: return {sparsemax, sparsemax_backward, true};
    case Activation::glu:
      return {[](int64_t m, int64_t n, const float* x, float* y, float*) { glu(m, n, x, y); }, glu_backward, true};
    default:
      return {[](int64_t m, int64_t n, const float* x, float* y, float*) { softmax(m, n, x, y); },
              [](int64_t m, int64_t n, const float* y, const float* dy, float* dx, float*) {
                softmax_backward(m, n, y, dy, dx);
              }};
  }
}

Value build_vector_function(PlanBuilder& plan, Value given, Activation activation) {
  const Value x = plan.in(Layout::rows, given);
  const Shape shape = plan.shape(x);
  const Value y = plan.value(activated_shape(shape, activation), Layout::rows, {&x, 1});
  const int64_t classes = shape.empty() ? 1 : shape.back();
  const int64_t vectors = element_count(shape) / classes;
  const VectorFunction function = vector_function(activation);
  const std::string kernel(enum_name(activation));
  const Buffer scratch = plan.allocate(classes);
  plan.call({.kernel = kernel,
             .reads = {plan.data(x)},
             .writes = {plan.data(y), scratch},
             .by_rows = true,
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               function.forward(step.rows * vectors, classes, step[from], step[to], step[scratch]);
             }});
  plan.link_logits(y, x, activation);
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x), spare = plan.allocate(classes);
    const Buffer known = plan.data(function.from_input ? x : y);
    plan.call({.kernel = kernel + " backward",
               .reads = {known, dy},
               .writes = {dx, spare},
               .by_rows = true,
               .run = [=](const Step& step) {
                 function.backward(step.rows * vectors, classes, step[known], step[dy], step[dx], step[spare]);
               }});
  });
  return y;
}

}  // namespace

Shape activated_shape(Shape shape, Activation activation) {
  if (activation != Activation::glu) return shape;
  if (shape.empty() || shape.back() % 2 != 0)
    throw invalid("glu takes the halves of the last dimension, which must be even, got " + to_string(shape));
  shape.back() /= 2;
  return shape;
}

Value build_elementwise(PlanBuilder& plan, Value given, const Elementwise& function) {
  const Value x = plan.in(plan.layout(given), given);
  const Value y = plan.value(plan.shape(x), plan.layout(x), {&x, 1});
  const auto n = plan.extent(y);
  plan.call({.kernel = function.kernel,
             .reads = {plan.data(x)},
             .writes = {plan.data(y)},
             .by_rows = true,
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               function.forward(n(step), step[from], step[to]);
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer known = function.from_input ? plan.data(x) : plan.data(y);
    const Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = function.kernel + " backward",
               .reads = {known, dy},
               .writes = {dx},
               .by_rows = true,
               .run = [=](const Step& step) { function.backward(n(step), step[known], step[dy], step[dx]); }});
  });
  return y;
}

namespace {

/// Forward as any other; the reverse is left to those that write the gradient, where they all can do it.
Value build_rectifier(PlanBuilder& plan, Value given) {
  if (plan.rectify(given)) return given;
  const Value x = plan.in(plan.layout(given), given);
  const Value y = plan.value(plan.shape(x), plan.layout(x), {&x, 1});
  plan.call({.kernel = "relu",
             .reads = {plan.data(x)},
             .writes = {plan.data(y)},
             .by_rows = true,
             .run = [=, n = plan.extent(x), from = plan.data(x), to = plan.data(y)](const Step& step) {
               activate(Activation::relu, n(step), step[from], step[to]);
             }});
  plan.mark_rectified(y);
  plan.backward([=, &plan] {
    if (!plan.needs_gradient(x)) return;
    if (const Buffer dx = build_fused_activation_backward(plan, y, Activation::relu)) plan.pass_gradient(x, dx);
  });
  return y;
}

}  // namespace

Value build_activation(PlanBuilder& plan, Value x, Activation activation) {
  if (activation == Activation::linear) return x;
  if (is_over_vectors(activation)) return build_vector_function(plan, x, activation);
  if (activation == Activation::relu && plan.absorb_relu(x)) return x;
  if (activation == Activation::relu6 && plan.absorb_relu(x, 6)) return x;
  if (activation == Activation::relu) return build_rectifier(plan, x);
  const Value y =
      build_elementwise(plan, x,
                        {.kernel = std::string(enum_name(activation)),
                         .from_input = derivative_needs_input(activation),
                         .forward = [=](int64_t n, const float* from, float* to) { activate(activation, n, from, to); },
                         .backward = [=](int64_t n, const float* known, const float* dy,
                                         float* dx) { activate_backward(activation, n, known, known, dy, dx); }});
  plan.link_logits(y, x, activation);
  return y;
}

Buffer build_fused_activation_backward(PlanBuilder& plan, Value y, Activation activation) {
  const bool done = activation == Activation::relu && plan.gradient_rectified(y);
  Buffer dy = plan.gradient(y);
  if (!dy || done || activation == Activation::linear) return dy;
  plan.call({.kernel = std::string(enum_name(activation)) + " backward",
             .reads = {plan.data(y), dy},
             .writes = {dy},
             .by_rows = true,
             .run = [=, value = plan.data(y), n = plan.extent(y)](const Step& step) {
               activate_backward(activation, n(step), nullptr, step[value], step[dy], step[dy]);
             }});
  return dy;
}

}  // namespace sluice
