#include "sluice/nn/layers/group_normalization.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/axes.h"
#include "sluice/nn/layers/normalization_weights_internal.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/normalization.h"

namespace sluice {
namespace {

/// One call of the layer, with the channels last. Arrays of a row have one float a channel, equal within a group.
struct GroupJob {
  int64_t positions, channels, groups;
  float epsilon;
  ScaleAndOffset weights;

  int64_t size() const { return positions * channels; }
  ChannelShape row() const { return {1, positions, channels}; }
};

/// Turns sums by channel into means over the elements of a group, for each of its channels.
void spread_means(const GroupJob& job, float* values) {
  const int64_t width = job.channels / job.groups;
  const float share = 1.0f / static_cast<float>(job.positions * width);
  for (int64_t group = 0; group < job.groups; ++group, values += width) {
    float sum = 0;
    for (int64_t c = 0; c < width; ++c) sum += values[c];
    std::fill_n(values, width, sum * share);
  }
}

void multiply_by(const float* factors, int64_t n, float* values) {
  for (int64_t c = 0; factors != nullptr && c < n; ++c) values[c] *= factors[c];
}

/// Writes mean and 1 / sqrt(variance + epsilon).
void write_moments(const GroupJob& job, const float* x, float* mean, float* scale) {
  channel_sums(job.row(), x, mean);
  spread_means(job, mean);
  channel_squares(job.row(), x, mean, scale);
  spread_means(job, scale);
  for (int64_t c = 0; c < job.channels; ++c) scale[c] = 1 / std::sqrt(scale[c] + job.epsilon);
}

void forward(const GroupJob& job, const Step& step, const float* x, float* y, float* means, float* scales,
             float* gain) {
  for (int64_t row = 0; row < step.rows; ++row, x += job.size(), y += job.size()) {
    float* mean = means + row * job.channels;
    float* scale = scales + row * job.channels;
    write_moments(job, x, mean, scale);
    std::copy_n(scale, job.channels, gain);
    multiply_by(job.weights.gamma_in(step.weights), job.channels, gain);
    channel_affine(job.row(), x, mean, gain, job.weights.beta_in(step.weights), false, y);
  }
}

/// Turns the sums of dy and of dy · (x - mean) by channel into the constants of
/// dx = dy · gain + (x - mean) · slope + offset.
struct RowConstants {
  float *gain, *slope, *offset;

  void fold(const GroupJob& job, const float* gamma, const float* scale) const {
    std::copy_n(scale, job.channels, gain);
    for (float* values : {gain, slope, offset}) multiply_by(gamma, job.channels, values);
    for (float* values : {slope, offset}) spread_means(job, values);
    for (int64_t c = 0; c < job.channels; ++c) {
      slope[c] *= -scale[c] * scale[c] * scale[c];
      offset[c] *= -scale[c];
    }
  }
};

void build_backward(PlanBuilder& plan, const GroupJob& job, Value x, Buffer dy, Buffer means, Buffer scales) {
  const ScaleAndOffsetGradients gradients(plan, job.weights, job.channels);
  const bool needed = plan.needs_gradient(x);
  const Buffer dx = needed ? plan.gradient_target(x) : dy;
  const Buffer scratch = plan.allocate(3 * job.channels);
  std::vector<Buffer> writes = gradients.writes();
  writes.insert(writes.end(), {dx, scratch});
  plan.call({.kernel = "group_norm backward",
             .reads = {plan.data(x), dy, means, scales},
             .writes = writes,
             .effect = gradients.any(),
             .run = [=, data = plan.data(x)](const Step& step) {
               gradients.clear(step);
               const int64_t n = job.channels;
               const RowConstants constants{step[scratch], step[scratch] + n, step[scratch] + 2 * n};
               for (int64_t row = 0; row < step.rows; ++row) {
                 const float* from = step[data] + row * job.size();
                 const float* slopes = step[dy] + row * job.size();
                 const float *mean = step[means] + row * n, *scale = step[scales] + row * n;
                 channel_sums(job.row(), slopes, constants.offset);
                 channel_products(job.row(), slopes, from, mean, constants.slope);
                 gradients.add(step, constants.offset, constants.slope, scale);
                 if (!needed) continue;
                 constants.fold(job, job.weights.gamma_in(step.weights), scale);
                 channel_affine_backward(job.row(), slopes, from, mean, constants.gain, constants.slope,
                                         constants.offset, step[dx] + row * job.size());
               }
             }});
}

Value build_normalized(PlanBuilder& plan, const GroupJob& job, Value x) {
  const Value y = plan.value(Shape(plan.shape(x)), Layout::rows, {&x, 1}, job.weights.any());
  const Buffer means = plan.allocate(plan.batch() * job.channels), scales = plan.allocate(plan.batch() * job.channels);
  const Buffer gain = plan.allocate(job.channels);
  plan.call({.kernel = "group_norm",
             .reads = {plan.data(x)},
             .writes = {plan.data(y), means, scales, gain},
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               forward(job, step, step[from], step[to], step[means], step[scales], step[gain]);
             }});
  plan.backward([=, &plan] {
    if (const Buffer dy = plan.gradient(y)) build_backward(plan, job, x, dy, means, scales);
  });
  return y;
}

class GroupNormalizationLayer : public ParameterLayer<GroupNormalization> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& shape = single(inputs);
    const int64_t channels = shape[without_batch(p.axis, shape, "axis")];
    if (p.groups == 0) throw invalid("groups: expected -1 or >= 1, got 0");
    if (channels % groups_of(channels) != 0) {
      throw invalid("groups: " + std::to_string(channels) + " channels cannot be parted into " +
                    std::to_string(p.groups) + " groups of one size");
    }
    return shape;
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    return scale_and_offset_specs(p, {inputs[0][without_batch(p.axis, inputs[0], "axis")]});
  }

  int64_t flop(std::span<const Shape> inputs) const override { return 7 * element_count(single(inputs)); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Shape shape = plan.shape(inputs[0]);
    const std::vector<size_t> axes{without_batch(p.axis, shape, "axis")};
    const int64_t channels = shape[axes[0]];
    const GroupJob job{element_count(shape) / channels, channels, groups_of(channels), static_cast<float>(p.epsilon),
                       scale_and_offset(p, weights)};
    const Value y = build_normalized(plan, job, build_axes_last(plan, inputs[0], axes));
    return build_axes_back(plan, y, axes, shape);
  }

 private:
  int64_t groups_of(int64_t channels) const { return p.groups == -1 ? channels : p.groups; }
};

}  // namespace

LayerPtr make(const GroupNormalization& parameters) { return std::make_shared<GroupNormalizationLayer>(parameters); }

LayerType group_normalization_type() { return layer_type<GroupNormalization, GroupNormalizationLayer>(); }

}  // namespace sluice
