#include "sluice/nn/layers/merge.h"

#include "sluice/nn/activations.h"
#include "sluice/nn/move.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/elementwise.h"
#include "sluice/tensor/merge.h"

namespace sluice {
namespace {

/// y = a ∘ b; y may be a.
using Join = void (*)(int64_t n, const float* a, const float* b, float* y);

[[noreturn]] void refuse_shapes(std::span<const Shape> inputs) {
  std::vector<std::string> shown;
  for (const Shape& shape : inputs) shown.push_back(to_string(shape));
  throw invalid("expected inputs of one shape, or with dimensions of size 1 where they differ, got " + join(shown));
}

/// The shape that two of the inputs become; when they do not fit, the error names all.
Shape joined_shape(Shape a, Shape b, std::span<const Shape> inputs) {
  if (a.size() < b.size()) std::swap(a, b);
  const size_t added = a.size() - b.size();
  for (size_t i = 0; i < b.size(); ++i) {
    int64_t& size = a[added + i];
    if (size == 1) size = b[i];
    if (b[i] != 1 && b[i] != size) refuse_shapes(inputs);
  }
  return a;
}

/// What a merging layer's inputs become before they are joined: values of one shape and layout.
std::vector<Value> build_aligned(PlanBuilder& plan, std::span<const Value> inputs, const Shape& shape) {
  const Layout layout = common_layout(plan, inputs);
  std::vector<Value> aligned;
  for (Value input : inputs) aligned.push_back(build_broadcast(plan, plan.in(layout, input), shape));
  return aligned;
}

std::vector<Buffer> buffers(const PlanBuilder& plan, std::span<const Value> values) {
  std::vector<Buffer> all;
  for (Value value : values) all.push_back(plan.data(value));
  return all;
}

/// Appends the call that joins all buffers from the left, then multiplies by `factor`.
void build_join(PlanBuilder& plan, const std::string& kernel, const std::vector<Buffer>& parts, Buffer to,
                PlanBuilder::Extent n, Join join_pair, float factor = 1) {
  plan.call({.kernel = kernel, .reads = parts, .writes = {to}, .by_rows = true, .run = [=](const Step& step) {
               join_pair(n(step), step[parts[0]], step[parts[1]], step[to]);
               for (size_t i = 2; i < parts.size(); ++i) join_pair(n(step), step[to], step[parts[i]], step[to]);
               if (factor != 1) scale(n(step), step[to], factor, 0, step[to]);
             }});
}

/// The gradient of an input that is that of the result times a number.
void build_scaled_gradient(PlanBuilder& plan, Value x, Buffer dy, float factor) {
  if (!plan.needs_gradient(x)) return;
  const Buffer dx = plan.gradient_target(x);
  plan.call({.kernel = "scale",
             .reads = {dy},
             .writes = {dx},
             .by_rows = true,
             .run = [=, n = plan.extent(x)](const Step& step) { scale(n(step), step[dy], factor, 0, step[dx]); }});
}

/// The gradients of the factors of a product.
void build_product_gradients(PlanBuilder& plan, std::span<const Value> factors, Buffer dy) {
  for (size_t i = 0; i < factors.size(); ++i) {
    if (!plan.needs_gradient(factors[i])) continue;
    std::vector<Buffer> parts{dy};
    for (size_t other = 0; other < factors.size(); ++other) {
      if (other != i) parts.push_back(plan.data(factors[other]));
    }
    build_join(plan, "multiply backward", parts, plan.gradient_target(factors[i]), plan.extent(factors[i]), multiply);
  }
}

/// The gradients of the candidates of which `y` has picked one, element by element.
void build_pick_gradients(PlanBuilder& plan, std::span<const Value> candidates, Value y, Buffer dy) {
  for (Value x : candidates) {
    const Buffer dx = plan.needs_gradient(x) ? plan.gradient_target(x) : plan.allocate_like(x);
    plan.call({.kernel = "take where equal",
               .reads = {plan.data(x), plan.data(y), dy},
               .writes = {dy, dx},
               .by_rows = true,
               .run = [=, n = plan.extent(x), from = plan.data(x), to = plan.data(y)](const Step& step) {
                 take_where_equal(n(step), step[from], step[to], step[dy], step[dx]);
               }});
  }
}

template <class Parameters>
class MergeLayer : public ParameterLayer<Parameters> {
  using Base = ParameterLayer<Parameters>;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override {
    if (is<Subtract> && inputs.size() != 2) throw invalid("expected two inputs, got " + std::to_string(inputs.size()));
    if (inputs.size() < 2) throw invalid("expected at least two inputs, got " + std::to_string(inputs.size()));
    Shape shape = inputs[0];
    for (const Shape& other : inputs.subspan(1)) shape = joined_shape(shape, other, inputs);
    return shape;
  }

  int64_t flop(std::span<const Shape> inputs) const override {
    return static_cast<int64_t>(inputs.size() - 1) * element_count(output_shape(inputs));
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    std::vector<Shape> shapes;
    for (Value input : inputs) shapes.push_back(plan.shape(input));
    const std::vector<Value> parts = build_aligned(plan, inputs, output_shape(shapes));
    const Value y = plan.value(output_shape(shapes), plan.layout(parts[0]), parts);
    if (is<Add> && parts.size() == 2) return build_sum(plan, parts, y);
    build_join(plan, std::string(Parameters::class_name), buffers(plan, parts), plan.data(y), plan.extent(y),
               function(), is<Average> ? 1 / static_cast<float>(parts.size()) : 1);
    plan.backward([=, &plan] {
      if (const Buffer dy = plan.gradient(y)) build_backward(plan, parts, y, dy);
    });
    return y;
  }

 private:
  /// Of two values, as residual networks have it, with the rectifier behind it where there is one.
  static Value build_sum(PlanBuilder& plan, const std::vector<Value>& parts, Value y) {
    const auto relu = std::make_shared<bool>(false);
    plan.offer_rectifier(y, relu);
    plan.call({.kernel = "Add",
               .reads = buffers(plan, parts),
               .writes = {plan.data(y)},
               .by_rows = true,
               .run = [=, n = plan.extent(y), a = plan.data(parts[0]), b = plan.data(parts[1]),
                       to = plan.data(y)](const Step& step) {
                 const Join join = *relu ? add_rectified : add;
                 join(n(step), step[a], step[b], step[to]);
               }});
    plan.backward([=, &plan] {
      const Activation activation = *relu ? Activation::relu : Activation::linear;
      if (const Buffer dy = build_fused_activation_backward(plan, y, activation)) build_backward(plan, parts, y, dy);
    });
    return y;
  }

  template <class Other>
  static constexpr bool is = std::is_same_v<Parameters, Other>;

  static constexpr Join function() {
    if constexpr (is<Subtract>) return subtract;
    if constexpr (is<Multiply>) return multiply;
    if constexpr (is<Maximum>) return maximum;
    if constexpr (is<Minimum>) return minimum;
    return add;
  }

  static void build_backward(PlanBuilder& plan, const std::vector<Value>& parts, Value y, Buffer dy) {
    if constexpr (is<Multiply>) return build_product_gradients(plan, parts, dy);
    if constexpr (is<Maximum> || is<Minimum>) return build_pick_gradients(plan, parts, y, dy);
    // All get their own, as they may overwrite it, but the last, which takes that of the result.
    size_t last = parts.size();
    while (last-- > 0 && !plan.needs_gradient(parts[last])) {
    }
    for (size_t i = 0; i < parts.size(); ++i) {
      if (std::is_same_v<Parameters, Add> && i == last) return plan.pass_gradient(parts[i], dy);
      const float factor = is<Average> ? 1 / static_cast<float>(parts.size()) : is<Subtract> && i == 1 ? -1.0f : 1.0f;
      build_scaled_gradient(plan, parts[i], dy, factor);
    }
  }
};

template <class Parameters>
LayerPtr make_merge(const Parameters& parameters) {
  return std::make_shared<MergeLayer<Parameters>>(parameters);
}

template <class Parameters>
LayerType merge_type() {
  return layer_type<Parameters, MergeLayer<Parameters>>();
}

}  // namespace

LayerPtr make(const Add& parameters) { return make_merge(parameters); }
LayerPtr make(const Subtract& parameters) { return make_merge(parameters); }
LayerPtr make(const Multiply& parameters) { return make_merge(parameters); }
LayerPtr make(const Average& parameters) { return make_merge(parameters); }
LayerPtr make(const Maximum& parameters) { return make_merge(parameters); }
LayerPtr make(const Minimum& parameters) { return make_merge(parameters); }

LayerType add_type() { return merge_type<Add>(); }
LayerType subtract_type() { return merge_type<Subtract>(); }
LayerType multiply_type() { return merge_type<Multiply>(); }
LayerType average_type() { return merge_type<Average>(); }
LayerType maximum_type() { return merge_type<Maximum>(); }
LayerType minimum_type() { return merge_type<Minimum>(); }

}  // namespace sluice
