#include "sluice/nn/layers/dense.h"

#include "sluice/nn/activations.h"
#include "sluice/nn/bias.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/gemm.h"

namespace sluice {
namespace {

class DenseLayer : public ParameterLayer<Dense> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    Shape shape = single(inputs);
    if (shape.empty()) throw invalid("expected input [..., features], got []");
    shape.back() = p.units;
    return activated_shape(shape, p.activation);
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    const int64_t features = single(inputs).back();
    std::vector<WeightSpec> specs{{.name = "kernel",
                                   .shape = {features, p.units},
                                   .initializer = p.kernel_initializer,
                                   .regularizer = p.kernel_regularizer,
                                   .constraint = p.kernel_constraint}};
    if (p.use_bias) {
      specs.push_back({.name = "bias",
                       .shape = {p.units},
                       .initializer = p.bias_initializer,
                       .regularizer = p.bias_regularizer,
                       .constraint = p.bias_constraint});
    }
    return specs;
  }

  int64_t flop(std::span<const Shape> inputs) const override { return 2 * element_count(single(inputs)) * p.units; }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = plan.in(Layout::rows, inputs[0]);
    const bool relu = p.activation == Activation::relu;
    Shape shape = plan.shape(x);
    const Sizes sizes{shape.back(), p.units, element_count(shape) / shape.back()};
    shape.back() = p.units;
    const Value y = plan.value(shape, Layout::rows, {&x, 1}, true);
    const int64_t kernel = weights.offsets[0], bias = p.use_bias ? weights.offsets[1] : -1;
    build_forward(plan, sizes, x, y, kernel, bias, relu);
    plan.backward([=, &plan] { build_backward(plan, sizes, x, y, kernel, bias, relu); });
    return relu ? y : build_activation(plan, y, p.activation);
  }

 private:
  struct Sizes {
    int64_t features, units;
    int64_t vectors;  ///< Of one row of the batch.
    int64_t flop() const { return 2 * features * units * vectors; }
  };

  /// Of a kernel that does not change between steps.
  static Buffer build_pack(PlanBuilder& plan, Sizes s, int64_t kernel) {
    const Buffer packed = plan.allocate(packed_size(s.features, s.units));
    plan.prepare({.kernel = "pack", .writes = {packed}, .run = [=](const Step& step) {
                    pack_matrix(s.features, s.units, step.weights + kernel, s.units, 1, step[packed]);
                  }});
    return packed;
  }

  static void build_forward(PlanBuilder& plan, Sizes s, Value x, Value y, int64_t kernel, int64_t bias, bool relu) {
    const Buffer packed = plan.training() ? Buffer() : build_pack(plan, s, kernel);
    std::vector<Buffer> reads{plan.data(x)};
    if (packed) reads.push_back(packed);
    plan.call({.kernel = "gemm",
               .reads = reads,
               .writes = {plan.data(y)},
               .flop = s.flop(),
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 gemm({.m = step.rows * s.vectors,
                       .n = s.units,
                       .k = s.features,
                       .a = step[from],
                       .a_row = s.features,
                       .a_column = 1,
                       .b = step.weights + kernel,
                       .b_row = s.units,
                       .packed_b = packed ? step[packed] : nullptr,
                       .bias = bias < 0 ? nullptr : step.weights + bias,
                       .relu = relu,
                       .c = step[to],
                       .c_row = s.units});
               }});
  }

  static void build_backward(PlanBuilder& plan, Sizes s, Value x, Value y, int64_t kernel, int64_t bias, bool relu) {
    const Buffer dy = build_fused_activation_backward(plan, y, relu ? Activation::relu : Activation::linear);
    if (!dy) return;
    if (plan.needs_gradient(x)) build_backward_data(plan, s, x, dy, kernel);
    if (plan.frozen()) return;
    const auto dkernel = plan.weight_gradient(kernel, s.features * s.units);
    plan.call({.kernel = "gemm backward_weights",
               .reads = {plan.data(x), dy},
               .writes = dkernel.writes(),
               .flop = s.flop(),
               .effect = true,
               .run = [=, from = plan.data(x)](const Step& step) {
                 gemm({.m = s.features,
                       .n = s.units,
                       .k = step.rows * s.vectors,
                       .a = step[from],
                       .a_row = 1,
                       .a_column = s.features,
                       .b = step[dy],
                       .b_row = s.units,
                       .c = dkernel.pointer(step),
                       .c_row = s.units});
               }});
    build_bias_backward(plan, bias, plan.shape(y), dy);
  }

  static void build_backward_data(PlanBuilder& plan, Sizes s, Value x, Buffer dy, int64_t kernel) {
    const Buffer dx = plan.gradient_target(x);
    plan.call(
        {.kernel = "gemm backward_data", .reads = {dy}, .writes = {dx}, .flop = s.flop(), .run = [=](const Step& step) {
           gemm({.m = step.rows * s.vectors,
                 .n = s.features,
                 .k = s.units,
                 .a = step[dy],
                 .a_row = s.units,
                 .a_column = 1,
                 .b = step.weights + kernel,
                 .b_row = 1,
                 .b_column = s.units,
                 .c = step[dx],
                 .c_row = s.features});
         }});
  }
};

}  // namespace

LayerPtr make(const Dense& parameters) { return std::make_shared<DenseLayer>(parameters); }

LayerType dense_type() { return layer_type<Dense, DenseLayer>(); }

}  // namespace sluice
