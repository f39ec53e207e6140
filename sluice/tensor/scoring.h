#pragma once

#include <cstdint>

namespace sluice {

/// Returns the sum over rows of the mean of (y - t)² over the `size` elements of a row; row i of the targets is
/// row_index[i]. Writes dy = gradient_scale · 2 (y - t) / size when not null.
double squared_error(int64_t rows, int64_t size, const float* y, const float* targets, const int64_t* row_index,
                     float gradient_scale, float* dy);

/// Returns the sum over rows of the mean of |y - t| over the elements of a row.
double absolute_error(int64_t rows, int64_t size, const float* y, const float* targets, const int64_t* row_index);

/// Returns how many rows have their largest element (the first, when tied) at their label.
int64_t count_correct(int64_t rows, int64_t classes, const float* y, const int32_t* labels, const int64_t* row_index);

/// The same where the target is the largest element of a row of `targets`.
int64_t count_correct(int64_t rows, int64_t classes, const float* y, const float* targets, const int64_t* row_index);

/// Returns the sum over rows of the share of elements with (y > 0.5) = (target > 0.5).
double count_correct_binary(int64_t rows, int64_t size, const float* y, const float* targets, const int64_t* row_index);

}  // namespace sluice
