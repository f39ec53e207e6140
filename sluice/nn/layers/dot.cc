#include "sluice/nn/layers/dot.h"

#include "sluice/nn/axes.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/unit_vectors.h"
#include "sluice/tensor/dot.h"
#include "sluice/tensor/gemm.h"

namespace sluice {
namespace {

/// Row by row c[m, n] = a · b, where a [m, k] and b [k, n] may lie transposed; the strides are those of one row.
struct RowProducts {
  int64_t m, n, k;
  int64_t a_row, a_column, b_row, b_column;

  void operator()(int64_t rows, const float* a, const float* b, float* c) const {
    for (int64_t i = 0; i < rows; ++i, a += m * k, b += k * n, c += m * n) {
      gemm({.m = m,
            .n = n,
            .k = k,
            .a = a,
            .a_row = a_row,
            .a_column = a_column,
            .b = b,
            .b_row = b_row,
            .b_column = b_column,
            .c = c,
            .c_row = n});
    }
  }
};

void build_products(PlanBuilder& plan, const std::string& kernel, const RowProducts& product, Buffer a, Buffer b,
                    Buffer c) {
  plan.call({.kernel = kernel,
             .reads = {a, b},
             .writes = {c},
             .flop = 2 * product.m * product.n * product.k,
             .run = [=](const Step& step) { product(step.rows, step[a], step[b], step[c]); }});
}

/// Of matrices x [m, k] and y [n, k]: result = x · yᵀ.
void build_matrix_products(PlanBuilder& plan, Value x, Value y, Value result, int64_t m, int64_t n, int64_t k) {
  build_products(plan, "dot", {m, n, k, k, 1, 1, k}, plan.data(x), plan.data(y), plan.data(result));
  plan.backward([=, &plan] {
    const Buffer slope = plan.gradient(result);
    if (!slope) return;
    if (plan.needs_gradient(x)) {
      build_products(plan, "dot backward", {m, k, n, n, 1, k, 1}, slope, plan.data(y), plan.gradient_target(x));
    }
    if (plan.needs_gradient(y)) {
      build_products(plan, "dot backward", {n, k, m, 1, n, k, 1}, slope, plan.data(x), plan.gradient_target(y));
    }
  });
}

void build_scaled_rows(PlanBuilder& plan, Value target, Buffer factors, Value x, int64_t size) {
  if (!plan.needs_gradient(target)) return;
  const Buffer dx = plan.gradient_target(target);
  plan.call({.kernel = "dot backward",
             .reads = {factors, plan.data(x)},
             .writes = {dx},
             .flop = size,
             .run = [=, from = plan.data(x)](const Step& step) {
               scale_rows(step.rows, size, step[factors], step[from], step[dx]);
             }});
}

/// Of vectors.
void build_vector_products(PlanBuilder& plan, Value x, Value y, Value result, int64_t size) {
  plan.call({.kernel = "dot",
             .reads = {plan.data(x), plan.data(y)},
             .writes = {plan.data(result)},
             .flop = 2 * size,
             .run = [=, a = plan.data(x), b = plan.data(y), to = plan.data(result)](const Step& step) {
               dot_rows(step.rows, size, step[a], step[b], step[to]);
             }});
  plan.backward([=, &plan] {
    const Buffer slope = plan.gradient(result);
    if (!slope) return;
    build_scaled_rows(plan, x, slope, y, size);
    build_scaled_rows(plan, y, slope, x, size);
  });
}

class DotLayer : public ParameterLayer<Dot> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Axes axes = checked(inputs);
    Shape shape = inputs[0];
    shape.erase(shape.begin() + static_cast<int64_t>(axes.first));
    for (size_t i = 0; i < inputs[1].size(); ++i) {
      if (i != axes.second) shape.push_back(inputs[1][i]);
    }
    if (shape.empty()) shape.push_back(1);
    return shape;
  }

  int64_t flop(std::span<const Shape> inputs) const override {
    return 2 * element_count(output_shape(inputs)) * inputs[0][checked(inputs).first];
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const std::vector<Shape> shapes{plan.shape(inputs[0]), plan.shape(inputs[1])};
    const Axes axes = checked(shapes);
    const Value x = build_side(plan, inputs[0], axes.first), y = build_side(plan, inputs[1], axes.second);
    const int64_t size = shapes[0][axes.first];
    const int64_t m = element_count(shapes[0]) / size, n = element_count(shapes[1]) / size;
    const Value result = plan.value(output_shape(shapes), Layout::rows, std::vector{x, y});
    if (m == 1 && n == 1) {
      build_vector_products(plan, x, y, result, size);
    } else {
      build_matrix_products(plan, x, y, result, m, n, size);
    }
    return result;
  }

 private:
  struct Axes {
    size_t first, second;
  };

  Axes checked(std::span<const Shape> inputs) const {
    if (inputs.size() != 2) throw invalid("expected two inputs, got " + std::to_string(inputs.size()));
    const Axes axes{without_batch(p.axes.first, inputs[0], "axes"), without_batch(p.axes.second, inputs[1], "axes")};
    if (inputs[0][axes.first] != inputs[1][axes.second]) {
      throw invalid("expected inputs of one size in axes " + std::to_string(p.axes.first) + " and " +
                    std::to_string(p.axes.second) + ", got " + to_string(inputs[0]) + " and " + to_string(inputs[1]));
    }
    return axes;
  }

  Value build_side(PlanBuilder& plan, Value input, size_t axis) const {
    const Value x = build_axes_last(plan, input, {axis});
    return p.normalize ? build_unit_vectors(plan, x, 1, 1e7f) : x;
  }
};

}  // namespace

LayerPtr make(const Dot& parameters) { return std::make_shared<DotLayer>(parameters); }

LayerType dot_type() { return layer_type<Dot, DotLayer>(); }

}  // namespace sluice
