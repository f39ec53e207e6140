#include "sluice/nn/layers/softmax.h"

#include "sluice/nn/activations.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/activation_vectors.h"

namespace sluice {
namespace {

/// Neighbouring dimensions as the middle one of three; the sizes are those of a row.
struct Middle {
  int64_t outer, classes, inner;

  Middle(const std::vector<size_t>& axes, const Shape& shape)
      : outer(element_count({shape.begin(), shape.begin() + static_cast<int64_t>(axes.front())})),
        classes(element_count(sizes_of(axes, shape))),
        inner(element_count({shape.begin() + static_cast<int64_t>(axes.back()) + 1, shape.end()})) {}
};

bool are_neighbours(const std::vector<size_t>& axes) { return axes.back() - axes.front() == axes.size() - 1; }

Value build_middle(PlanBuilder& plan, Value given, const Middle& m) {
  const Value x = plan.in(Layout::rows, given);
  const Value y = plan.value(plan.shape(x), Layout::rows, {&x, 1});
  const Buffer scratch = plan.allocate(2 * m.inner);
  plan.call({.kernel = "softmax",
             .reads = {plan.data(x)},
             .writes = {plan.data(y), scratch},
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               strided_softmax(step.rows * m.outer, m.classes, m.inner, step[from], step[to], step[scratch]);
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x), sums = plan.allocate(m.inner);
    plan.call({.kernel = "softmax backward",
               .reads = {plan.data(y), dy},
               .writes = {dx, sums},
               .run = [=, value = plan.data(y)](const Step& step) {
                 strided_softmax_backward(step.rows * m.outer, m.classes, m.inner, step[value], step[dy], step[dx],
                                          step[sums]);
               }});
  });
  return y;
}

class SoftmaxLayer : public ParameterLayer<Softmax> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    without_batch(p.axis, single(inputs), "axis");
    return inputs[0];
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape shape = plan.shape(inputs[0]);
    const std::vector<size_t> axes = without_batch(p.axis, shape, "axis");
    if (axes == std::vector{shape.size() - 1}) return build_activation(plan, inputs[0], Activation::softmax);
    const Middle middle(axes, shape);
    if (are_neighbours(axes) && middle.inner > 1) return build_middle(plan, inputs[0], middle);
    const Value last = build_axes_last(plan, inputs[0], axes);
    const Shape turned = plan.shape(last);
    const Value flat = plan.reshaped(last, {element_count(shape) / middle.classes, middle.classes});
    const Value y = plan.reshaped(build_activation(plan, flat, Activation::softmax), turned);
    return build_axes_back(plan, y, axes, shape);
  }
};

}  // namespace

LayerPtr make(const Softmax& parameters) { return std::make_shared<SoftmaxLayer>(parameters); }

LayerType softmax_type() { return layer_type<Softmax, SoftmaxLayer>(); }

}  // namespace sluice
