#pragma once

#include <cstdint>

#include "sluice/tensor/scored_rows.h"

namespace sluice {

/// Returns the weighted sum over rows of the mean of (y - t)² over the `size` elements of a row. Writes its gradient
/// times `gradient_scale`, scale · weight · 2 (y - t) / size, when `dy` is not null.
double squared_error(const ScoredRows& rows, int64_t size, const float* y, const float* targets, float gradient_scale,
                     float* dy);

/// The functions below count each row once, whatever its weight.

/// Returns the sum over rows of the mean of |y - t| over the elements of a row.
double absolute_error(const ScoredRows& rows, int64_t size, const float* y, const float* targets);

/// Returns the sum over rows of the share of vectors that have their largest element (the first, when tied) at their
/// label; labels [examples, vectors].
double count_correct(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* y, const int32_t* labels);

/// The same where the label is the largest element of a target, targets [examples, vectors, classes].
double count_correct(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* y, const float* targets);

/// Returns the sum over rows of the share of elements with (y > threshold) = (target > 0.5).
double count_correct_binary(const ScoredRows& rows, int64_t size, float threshold, const float* y,
                            const float* targets);

}  // namespace sluice
