#pragma once

#include <cstdint>

#include "sluice/tensor/scored_rows.h"

namespace sluice {

/// A loss that is a mean over elements of a function f(y, t) of output and target.
struct PointwiseLoss {
  enum class Kind {
    squared_error,              ///< (y - t)²
    absolute_error,             ///< |y - t|
    absolute_percentage_error,  ///< |y - t| / max(|t|, 1e-7)
    squared_logarithmic_error,  ///< (ln(1 + max(y, 1e-7)) - ln(1 + max(t, 1e-7)))²
    huber,                      ///< (y - t)² / 2 up to |y - t| = delta, then linear
    log_cosh,                   ///< ln cosh(y - t)
    poisson,                    ///< y - t · ln(y + 1e-7)
    kl_divergence,              ///< t · ln(t / y), both cut to [1e-7, 1]
    hinge,                      ///< max(0, 1 - y · t)
    squared_hinge,              ///< max(0, 1 - y · t)²
    binary_cross_entropy,       ///< -t · ln p - (1 - t) · ln(1 - p)
    binary_focal,  ///< balance · (1 - p_t)^gamma · cross-entropy, p_t = p where t = 1 and 1 - p where t = 0
  };
  Kind kind;
  float factor = 1;          ///< Of the value, and so of its derivative.
  float delta = 1;           ///< huber.
  bool from_logits = false;  ///< binary: p = sigmoid(y); else p = y, cut to [1e-7, 1 - 1e-7] in logarithms.
  float smoothing = 0;       ///< binary: t becomes t · (1 - smoothing) + smoothing / 2.
  float gamma = 2;           ///< binary_focal.
  bool balanced = false;     ///< binary_focal: balance = t · alpha + (1 - t) · (1 - alpha), else 1.
  float alpha = 0.25f;       ///< binary_focal.
};

/// Returns the weighted sum over rows of the mean of f over the `size` elements of a row. Writes its gradient times
/// `gradient_scale` when `dy` is not null: zero where a value was cut. The hinge losses take targets of -1 and 1; when
/// those of all rows are 0 or 1, 0 stands for -1, as in Keras.
double pointwise_loss(const PointwiseLoss& loss, const ScoredRows& rows, int64_t size, const float* y,
                      const float* targets, float gradient_scale, float* dy);

}  // namespace sluice
