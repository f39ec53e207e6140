#pragma once

#include <cstdint>

#include "sluice/tensor/scored_rows.h"

namespace sluice {

/// Losses over vectors. Rows have `vectors` vectors of `n` outputs each; targets [examples, vectors, n]. Each returns
/// the weighted sum over rows of the mean over vectors, and writes its gradient times `gradient_scale` when `dy` is not
/// null.

/// Focus on what is not yet learnt (Lin et al. 2017): factor alpha · (1 - p)^gamma of the cross-entropy.
struct Focus {
  float alpha = 1;
  float gamma = 0;
};

/// Cross-entropy of outputs that need not be probabilities: each vector is divided by its sum and then cut to
/// [1e-7, 1 - 1e-7], as Keras does. Smoothing turns a target t into t · (1 - smoothing) + smoothing / n.
double normalized_cross_entropy(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y,
                                const float* targets, float smoothing, const Focus& focus, float gradient_scale,
                                float* dy);

/// The cosine of the angle between output and target, times `factor`; vectors shorter than 1e-7 count as in Keras.
double cosine_similarity(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y, const float* targets,
                         float factor, float gradient_scale, float* dy);

/// max(0, 1 + max((1 - t) · y) - sum(t · y)).
double categorical_hinge(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y, const float* targets,
                         float gradient_scale, float* dy);

}  // namespace sluice
