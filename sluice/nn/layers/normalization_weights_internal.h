#pragma once

#include <vector>

#include "sluice/nn/layer.h"

namespace sluice {

/// Offsets of the weights gamma and beta that normalising layers share; -1 without.
struct ScaleAndOffset {
  int64_t gamma = -1;
  int64_t beta = -1;

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

/// Throws Error(invalid_argument) unless `axis` (the batch is axis 0) names the last dimension.
inline void check_last_axis(int64_t axis, const Shape& shape) {
  if (shape.empty()) throw invalid("expected input [..., channels], got []");
  if (axis == -1 || axis == static_cast<int64_t>(shape.size())) return;
  throw invalid("axis " + std::to_string(axis) + " is not supported, only the last one (-1)");
}

}  // namespace sluice
