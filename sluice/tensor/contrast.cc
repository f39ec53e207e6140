#include "sluice/tensor/contrast.h"

#include <algorithm>

namespace sluice {
namespace {

/// The mean of each channel.
void channel_means(const ImageShape& shape, const float* x, float* means) {
  std::fill_n(means, shape.channels, 0.0f);
  const int64_t size = shape.size(), channels = shape.channels;
  for (int64_t at = 0; at < size; at += channels) {
    for (int64_t k = 0; k < channels; ++k) means[k] += x[at + k];
  }
  const float share = 1.0f / static_cast<float>(shape.height * shape.width);
  for (int64_t k = 0; k < channels; ++k) means[k] *= share;
}

float changed(const Contrast& change, float x, float mean) { return (x - mean) * change.factor + mean + change.shift; }

}  // namespace

void contrast(const ImageShape& shape, const Contrast& change, const float* x, float* means, float* y) {
  channel_means(shape, x, means);
  const int64_t size = shape.size(), channels = shape.channels;
  for (int64_t at = 0; at < size; at += channels) {
    for (int64_t k = 0; k < channels; ++k) {
      y[at + k] = std::clamp(changed(change, x[at + k], means[k]), change.low, change.high);
    }
  }
}

void contrast_backward(const ImageShape& shape, const Contrast& change, const float* x, const float* dy, float* means,
                       float* dx) {
  channel_means(shape, x, means);
  const int64_t size = shape.size(), channels = shape.channels;
  for (int64_t at = 0; at < size; at += channels) {
    for (int64_t k = 0; k < channels; ++k) {
      const float value = changed(change, x[at + k], means[k]);
      dx[at + k] = value < change.low || value > change.high ? 0 : dy[at + k];
    }
  }
  float* gradient_means = means + channels;
  channel_means(shape, dx, gradient_means);
  for (int64_t at = 0; at < size; at += channels) {
    for (int64_t k = 0; k < channels; ++k) {
      dx[at + k] = change.factor * dx[at + k] + (1 - change.factor) * gradient_means[k];
    }
  }
}

}  // namespace sluice
