#include "sluice/nn/layers/layer_normalization.h"

#include <algorithm>

#include "sluice/nn/layers/normalization_weights_internal.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/normalization.h"

namespace sluice {
namespace {

/// One call of the layer, over the last dimensions.
struct VectorJob {
  VectorNorm norm;
  int64_t vectors;  ///< Of a row.
  ScaleAndOffset weights;
};

void build_backward(PlanBuilder& plan, const VectorJob& job, Value x, Buffer dy, Buffer moments) {
  const ScaleAndOffsetGradients gradients(plan, job.weights, job.norm.size);
  const Buffer dx = plan.needs_gradient(x) ? plan.gradient_target(x) : Buffer{};
  std::vector<Buffer> writes = gradients.writes();
  if (dx) writes.push_back(dx);
  plan.call({.kernel = "layer_norm backward",
             .reads = {plan.data(x), dy, moments},
             .writes = writes,
             .effect = gradients.any(),
             .run = [=, from = plan.data(x)](const Step& step) {
               gradients.clear(step);
               normalize_vectors_backward(job.norm, step.rows * job.vectors, step[from], step[moments],
                                          job.weights.gamma_in(step.weights), step[dy], dx ? step[dx] : nullptr,
                                          gradients.gamma(step), gradients.beta(step));
             }});
}

Value build_normalized(PlanBuilder& plan, const VectorJob& job, Value x) {
  const Value y = plan.value(Shape(plan.shape(x)), Layout::rows, {&x, 1}, job.weights.any());
  const Buffer moments = plan.allocate(2 * plan.batch() * job.vectors);
  plan.call({.kernel = "layer_norm",
             .reads = {plan.data(x)},
             .writes = {plan.data(y), moments},
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               normalize_vectors(job.norm, step.rows * job.vectors, step[from], job.weights.gamma_in(step.weights),
                                 job.weights.beta_in(step.weights), step[to], step[moments]);
             }});
  plan.backward([=, &plan] {
    if (const Buffer dy = plan.gradient(y)) build_backward(plan, job, x, dy, moments);
  });
  return y;
}

/// Keras' rms_scaling has gamma and no beta, whatever else is asked for.
LayerNormalization with_implied(LayerNormalization p) {
  p.scale = p.scale || p.rms_scaling;
  p.center = p.center && !p.rms_scaling;
  return p;
}

class LayerNormalizationLayer : public ParameterLayer<LayerNormalization> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    without_batch(p.axis, single(inputs), "axis");
    return inputs[0];
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    return scale_and_offset_specs(with_implied(p), sizes_of(without_batch(p.axis, inputs[0], "axis"), inputs[0]));
  }

  int64_t flop(std::span<const Shape> inputs) const override { return 7 * element_count(single(inputs)); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Shape shape = plan.shape(inputs[0]);
    const std::vector<size_t> axes = without_batch(p.axis, shape, "axis");
    const int64_t size = element_count(sizes_of(axes, shape));
    const VectorJob job{{size, static_cast<float>(p.epsilon), !p.rms_scaling},
                        element_count(shape) / size,
                        scale_and_offset(with_implied(p), weights)};
    const Value y = build_normalized(plan, job, build_axes_last(plan, inputs[0], axes));
    return build_axes_back(plan, y, axes, shape);
  }
};

}  // namespace

LayerPtr make(const LayerNormalization& parameters) { return std::make_shared<LayerNormalizationLayer>(parameters); }

LayerType layer_normalization_type() { return layer_type<LayerNormalization, LayerNormalizationLayer>(); }

}  // namespace sluice
