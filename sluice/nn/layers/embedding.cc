#include "sluice/nn/layers/embedding.h"

#include <cmath>

#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/embedding.h"

namespace sluice {
namespace {

std::string shown(float index) {
  if (std::isnan(index)) return "NaN";
  const bool whole = index == std::floor(index) && std::abs(index) < 0x1p53f;
  return (whole ? Json(static_cast<int64_t>(index)) : Json(static_cast<double>(index))).dump();
}

[[noreturn]] void refuse_index(float index, int64_t row, int64_t input_dim) {
  throw invalid("[Embedding] index " + shown(index) + " in row " + std::to_string(row) + ": expected 0 to " +
                std::to_string(input_dim - 1) + ", as input_dim is " + std::to_string(input_dim));
}

class EmbeddingLayer : public ParameterLayer<Embedding> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    Shape shape = single(inputs);
    shape.push_back(p.output_dim);
    return shape;
  }

  std::vector<WeightSpec> weights(std::span<const Shape>) const override {
    return {{.name = "embeddings",
             .shape = {p.input_dim, p.output_dim},
             .initializer = p.embeddings_initializer,
             .regularizer = p.embeddings_regularizer,
             .constraint = p.embeddings_constraint}};
  }

  int64_t flop(std::span<const Shape>) const override { return 0; }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = plan.in(Layout::rows, inputs[0]);
    Shape output = plan.shape(x);
    const int64_t indices = element_count(output), table = weights.offsets[0];
    output.push_back(p.output_dim);
    const EmbeddingShape shape{p.input_dim, p.output_dim};
    const Value y = plan.value(output, Layout::rows, {}, true);
    plan.call({.kernel = "embedding",
               .reads = {plan.data(x)},
               .writes = {plan.data(y)},
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 const int64_t bad = look_up(shape, step.rows * indices, step[from], step.weights + table, step[to]);
                 if (bad >= 0) refuse_index(step[from][bad], step.row_index[bad / indices], shape.rows);
               }});
    plan.backward([=, &plan] {
      const Buffer dy = plan.gradient(y);
      if (!dy || plan.frozen()) return;
      const auto dtable = plan.weight_gradient(table, shape.rows * shape.width);
      plan.call({.kernel = "embedding backward_weights",
                 .reads = {plan.data(x), dy},
                 .writes = dtable.writes(),
                 .effect = true,
                 .run = [=, from = plan.data(x)](const Step& step) {
                   look_up_backward(shape, step.rows * indices, step[from], step[dy], dtable.pointer(step));
                 }});
    });
    return y;
  }
};

}  // namespace

LayerPtr make(const Embedding& parameters) { return std::make_shared<EmbeddingLayer>(parameters); }

LayerType embedding_type() { return layer_type<Embedding, EmbeddingLayer>(); }

}  // namespace sluice
