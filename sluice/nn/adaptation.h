#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "sluice/tensor/tensor.h"

namespace sluice {

/// Takes in what a layer is fed for the training rows, once before the first epoch, and makes weights of it.
class Adaptation {
 public:
  virtual ~Adaptation() = default;

  /// More rows of the layer's input in Keras' order. All training rows come, in their order.
  virtual void add(const float* values, int64_t rows) = 0;

  /// Writes the layer's weights: one array for each, in the order of `Layer::weights`.
  virtual void write(std::span<const std::span<float>> weights) const = 0;
};

/// What a layer that has weights of this kind is besides a Layer.
class AdaptiveLayer {
 public:
  virtual ~AdaptiveLayer() = default;

  /// Returns null when there is nothing to take in.
  virtual std::unique_ptr<Adaptation> adaptation(const Shape& input) const = 0;
};

}  // namespace sluice
