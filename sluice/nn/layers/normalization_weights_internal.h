#pragma once

#include <algorithm>
#include <vector>

#include "sluice/nn/layer.h"
#include "sluice/nn/plan_builder.h"

namespace sluice {

/// Offsets of the weights gamma and beta that normalising layers share; -1 without.
struct ScaleAndOffset {
  int64_t gamma = -1;
  int64_t beta = -1;

  bool any() const { return gamma >= 0 || beta >= 0; }
  const float* gamma_in(const float* weights) const { return gamma < 0 ? nullptr : weights + gamma; }
  const float* beta_in(const float* weights) const { return beta < 0 ? nullptr : weights + beta; }
};

/// Their specifications from the parameters scale, center, gamma_* and beta_*.
template <class Parameters>
std::vector<WeightSpec> scale_and_offset_specs(const Parameters& p, const Shape& shape) {
  std::vector<WeightSpec> specs;
  if (p.scale) {
    specs.push_back({.name = "gamma",
                     .shape = shape,
                     .initializer = p.gamma_initializer,
                     .regularizer = p.gamma_regularizer,
                     .constraint = p.gamma_constraint});
  }
  if (p.center) {
    specs.push_back({.name = "beta",
                     .shape = shape,
                     .initializer = p.beta_initializer,
                     .regularizer = p.beta_regularizer,
                     .constraint = p.beta_constraint});
  }
  return specs;
}

/// Where they lie, the first among a layer's weights.
template <class Parameters>
ScaleAndOffset scale_and_offset(const Parameters& p, const WeightRefs& weights) {
  return {.gamma = p.scale ? weights.offsets[0] : -1, .beta = p.center ? weights.offsets[p.scale ? 1 : 0] : -1};
}

/// Where their gradients are summed, one call after the other; nowhere in a frozen layer.
class ScaleAndOffsetGradients {
 public:
  ScaleAndOffsetGradients(PlanBuilder& plan, const ScaleAndOffset& weights, int64_t size)
      : size_(size), has_gamma_(weights.gamma >= 0 && !plan.frozen()), has_beta_(weights.beta >= 0 && !plan.frozen()) {
    if (has_gamma_) gamma_ = plan.weight_gradient(weights.gamma, size);
    if (has_beta_) beta_ = plan.weight_gradient(weights.beta, size);
  }

  bool any() const { return has_gamma_ || has_beta_; }
  std::vector<Buffer> writes() const {
    std::vector<Buffer> buffers = gamma_.writes();
    for (Buffer buffer : beta_.writes()) buffers.push_back(buffer);
    return buffers;
  }

  /// Null where there is none.
  float* gamma(const Step& step) const { return has_gamma_ ? gamma_.pointer(step) : nullptr; }
  float* beta(const Step& step) const { return has_beta_ ? beta_.pointer(step) : nullptr; }

  void clear(const Step& step) const {
    if (has_gamma_) std::fill_n(gamma(step), size_, 0.0f);
    if (has_beta_) std::fill_n(beta(step), size_, 0.0f);
  }

  /// Adds the sums of dy, and those of dy · (x - mean) times a scale, by element.
  void add(const Step& step, const float* sums, const float* products, const float* scale) const {
    for (int64_t i = 0; has_gamma_ && i < size_; ++i) gamma(step)[i] += products[i] * scale[i];
    for (int64_t i = 0; has_beta_ && i < size_; ++i) beta(step)[i] += sums[i];
  }

 private:
  int64_t size_;
  bool has_gamma_, has_beta_;
  PlanBuilder::WeightGradient gamma_, beta_;
};

}  // namespace sluice
