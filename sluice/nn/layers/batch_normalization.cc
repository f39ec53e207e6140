#include "sluice/nn/layers/batch_normalization.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/activations.h"
#include "sluice/nn/axes.h"
#include "sluice/nn/layers/normalization_weights_internal.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/normalization.h"

namespace sluice {
namespace {

/// One normalisation of a plan.
struct Job {
  int64_t channels;
  int64_t positions;
  bool lanes;
  ScaleAndOffset weights;
  int64_t moving_mean;  // offsets among the weights
  int64_t moving_variance;
  float epsilon;
  float momentum;
  std::shared_ptr<bool> relu = std::make_shared<bool>(false);  ///< Set when the rectifier behind it is applied here.

  Activation activation() const { return *relu ? Activation::relu : Activation::linear; }

  ChannelShape shape(int64_t rows) const { return {rows, positions, channels, lanes}; }
  float scale(const float* w, int64_t c, float variance) const {
    return (weights.gamma < 0 ? 1 : w[weights.gamma + c]) / std::sqrt(variance + epsilon);
  }
};

/// What the calls of a training step share: arrays of one float a channel.
struct Moments {
  Buffer mean, variance, scale;
};

void write_batch_moments(const Job& job, const Step& step, const float* x, float* mean, float* variance, float* scale) {
  const ChannelShape shape = job.shape(step.rows);
  const auto count = static_cast<float>(job.shape(step.batch_rows()).count());
  channel_sums(shape, x, mean);
  step.sum_over_batch(mean, job.channels);
  for (int64_t c = 0; c < job.channels; ++c) mean[c] /= count;
  channel_squares(shape, x, mean, variance);
  step.sum_over_batch(variance, job.channels);
  for (int64_t c = 0; c < job.channels; ++c) {
    variance[c] /= count;
    scale[c] = job.scale(step.weights, c, variance[c]);
  }
}

void update_moving(const Job& job, float* weights, const float* mean, const float* variance) {
  const float kept = job.momentum, taken = 1 - job.momentum;
  for (int64_t c = 0; c < job.channels; ++c) {
    float& moving_mean = weights[job.moving_mean + c];
    float& moving_variance = weights[job.moving_variance + c];
    moving_mean = moving_mean * kept + mean[c] * taken;
    moving_variance = moving_variance * kept + variance[c] * taken;
  }
}

void build_apply(PlanBuilder& plan, const Job& job, Value x, Value y, Buffer mean, Buffer scale) {
  std::vector<Buffer> reads{plan.data(x), scale};
  if (mean) reads.push_back(mean);
  plan.call({.kernel = "batch_norm",
             .reads = reads,
             .writes = {plan.data(y)},
             .by_rows = true,
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               const float* center = mean ? step[mean] : step.weights + job.moving_mean;
               channel_affine(job.shape(step.rows), step[from], center, step[scale], job.weights.beta_in(step.weights),
                              *job.relu, step[to]);
             }});
}

/// With the moving statistics.
void build_fixed(PlanBuilder& plan, const Job& job, Value x, Value y) {
  const Buffer scale = plan.allocate(job.channels);
  plan.prepare({.kernel = "batch_norm fold", .writes = {scale}, .run = [=](const Step& step) {
                  for (int64_t c = 0; c < job.channels; ++c)
                    step[scale][c] = job.scale(step.weights, c, step.weights[job.moving_variance + c]);
                }});
  build_apply(plan, job, x, y, Buffer{}, scale);
  plan.backward([=, &plan] {
    const Buffer dy = build_fused_activation_backward(plan, y, job.activation());
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = "batch_norm backward",
               .reads = {dy, scale},
               .writes = {dx},
               .by_rows = true,
               .run = [=](const Step& step) {
                 channel_affine(job.shape(step.rows), step[dy], nullptr, step[scale], nullptr, false, step[dx]);
               }});
  });
}

/// With the moving statistics, by the kernel that computes x.
void build_absorbed(PlanBuilder& plan, const Job& job, Value x) {
  const Buffer scale = plan.allocate(job.channels), offset = plan.allocate(job.channels);
  plan.prepare({.kernel = "batch_norm fold", .writes = {scale, offset}, .run = [=](const Step& step) {
                  const float* beta = job.weights.beta_in(step.weights);
                  for (int64_t c = 0; c < job.channels; ++c) {
                    step[scale][c] = job.scale(step.weights, c, step.weights[job.moving_variance + c]);
                    step[offset][c] =
                        (beta == nullptr ? 0 : beta[c]) - step.weights[job.moving_mean + c] * step[scale][c];
                  }
                }});
  plan.absorb_affine(x, scale, offset);
}

/// Constants of dx = dy · scale + (x - mean) · slope + offset from the sums of dy and of dy · (x - mean); these become
/// slope and offset.
void fold_backward(const Job& job, int64_t count, const float* variance, const float* scale, float* sums,
                   float* products) {
  const float share = 1.0f / static_cast<float>(count);
  for (int64_t c = 0; c < job.channels; ++c) {
    products[c] *= -share * scale[c] / (variance[c] + job.epsilon);
    sums[c] *= -share * scale[c];
  }
}

void build_backward(PlanBuilder& plan, const Job& job, Value x, Value y, const Moments& moments) {
  const Buffer dy = build_fused_activation_backward(plan, y, job.activation());
  if (!dy) return;
  const auto& [gamma, beta] = job.weights;
  const auto dgamma = gamma < 0 ? PlanBuilder::WeightGradient() : plan.weight_gradient(gamma, job.channels);
  const auto dbeta = beta < 0 ? PlanBuilder::WeightGradient() : plan.weight_gradient(beta, job.channels);
  const Buffer sums = plan.allocate(job.channels), products = plan.allocate(job.channels);
  std::vector<Buffer> writes{sums, products};
  for (const auto& target : {dgamma, dbeta}) {
    for (Buffer buffer : target.writes()) writes.push_back(buffer);
  }
  const Buffer mean = moments.mean, variance = moments.variance, scale = moments.scale;
  plan.call({.kernel = "batch_norm backward_weights",
             .reads = {plan.data(x), dy, mean, variance, scale},
             .writes = writes,
             .effect = gamma >= 0 || beta >= 0,
             .run = [=, from = plan.data(x)](const Step& step) {
               const ChannelShape shape = job.shape(step.rows);
               channel_sums(shape, step[dy], step[sums]);
               channel_products(shape, step[dy], step[from], step[mean], step[products]);
               if (beta >= 0) std::copy_n(step[sums], job.channels, dbeta.pointer(step));
               for (int64_t c = 0; gamma >= 0 && c < job.channels; ++c)
                 dgamma.pointer(step)[c] = step[products][c] / std::sqrt(step[variance][c] + job.epsilon);
               step.sum_over_batch(step[sums], job.channels);
               step.sum_over_batch(step[products], job.channels);
               fold_backward(job, job.shape(step.batch_rows()).count(), step[variance], step[scale], step[sums],
                             step[products]);
             }});
  if (!plan.needs_gradient(x)) return;
  const Buffer dx = plan.gradient_target(x);
  plan.call({.kernel = "batch_norm backward_data",
             .reads = {plan.data(x), dy, mean, scale, sums, products},
             .writes = {dx},
             .by_rows = true,
             .run = [=, from = plan.data(x)](const Step& step) {
               channel_affine_backward(job.shape(step.rows), step[dy], step[from], step[mean], step[scale],
                                       step[products], step[sums], step[dx]);
             }});
}

/// With the statistics of the batch.
void build_of_batch(PlanBuilder& plan, const Job& job, Value x, Value y) {
  const Moments moments{plan.allocate(job.channels), plan.allocate(job.channels), plan.allocate(job.channels)};
  const auto [mean, variance, scale] = moments;
  plan.call({.kernel = "batch_norm moments",
             .reads = {plan.data(x)},
             .writes = {mean, variance, scale},
             .effect = true,
             .run = [=, from = plan.data(x)](const Step& step) {
               write_batch_moments(job, step, step[from], step[mean], step[variance], step[scale]);
               if (step.statistics != nullptr && step.leads())
                 update_moving(job, step.statistics, step[mean], step[variance]);
             }});
  build_apply(plan, job, x, y, mean, scale);
  plan.backward([=, &plan] { build_backward(plan, job, x, y, moments); });
}

class BatchNormalizationLayer : public ParameterLayer<BatchNormalization> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    channel_axis(single(inputs));
    return inputs[0];
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    const Shape shape{inputs[0][channel_axis(single(inputs))]};
    std::vector<WeightSpec> specs = scale_and_offset_specs(p, shape);
    specs.push_back(
        {.name = "moving_mean", .shape = shape, .initializer = p.moving_mean_initializer, .trainable = false});
    specs.push_back(
        {.name = "moving_variance", .shape = shape, .initializer = p.moving_variance_initializer, .trainable = false});
    return specs;
  }

  int64_t flop(std::span<const Shape> inputs) const override { return 2 * element_count(single(inputs)); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Shape shape = plan.shape(inputs[0]);
    const size_t axis = channel_axis(shape);
    if (axis + 1 == shape.size()) return build_last(plan, inputs, weights);
    const Value last = build_axes_last(plan, inputs[0], {axis});
    return build_axes_back(plan, build_last(plan, {&last, 1}, weights), {axis}, shape);
  }

 private:
  size_t channel_axis(const Shape& shape) const {
    if (shape.empty()) throw invalid("expected input [..., channels], got []");
    return without_batch(p.axis, shape, "axis");
  }

  Value build_last(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const {
    const int64_t channels = plan.shape(inputs[0]).back();
    const bool lanes = plan.layout(inputs[0]) == Layout::lanes && plan.image(inputs[0]).channels == channels;
    const Job job{.channels = channels,
                  .positions = element_count(plan.shape(inputs[0])) / channels,
                  .lanes = lanes,
                  .weights = scale_and_offset(p, weights),
                  .moving_mean = weights.offsets[weights.offsets.size() - 2],
                  .moving_variance = weights.offsets.back(),
                  .epsilon = static_cast<float>(p.epsilon),
                  .momentum = static_cast<float>(p.momentum)};
    if (plan.absorbs_affine(inputs[0])) {
      build_absorbed(plan, job, inputs[0]);
      return inputs[0];
    }
    const Value x = plan.in(lanes ? Layout::lanes : Layout::rows, inputs[0]);
    const Value y = plan.value(plan.shape(x), plan.layout(x), {&x, 1}, p.scale || p.center);
    plan.offer_rectifier(y, job.relu);
    const bool of_batch = plan.training() && !plan.frozen();
    of_batch ? build_of_batch(plan, job, x, y) : build_fixed(plan, job, x, y);
    return y;
  }
};

}  // namespace

LayerPtr make(const BatchNormalization& parameters) { return std::make_shared<BatchNormalizationLayer>(parameters); }

LayerType batch_normalization_type() { return layer_type<BatchNormalization, BatchNormalizationLayer>(); }

}  // namespace sluice
