#pragma once

#include <cstdint>

namespace sluice {

/// y[i] = Σⱼ a[i, j] · b[i, j] over arrays [rows, size]; the order of the sum depends on the size alone.
void dot_rows(int64_t rows, int64_t size, const float* a, const float* b, float* y);

/// y[i, j] = factors[i] · x[i, j].
void scale_rows(int64_t rows, int64_t size, const float* factors, const float* x, float* y);

/// y = x with each row brought to length 1; rows shorter than 1 / `largest_factor` are multiplied by it.
void normalize_rows(int64_t rows, int64_t size, float largest_factor, const float* x, float* y);

void normalize_rows_backward(int64_t rows, int64_t size, float largest_factor, const float* x, const float* y,
                             const float* dy, float* dx);

}  // namespace sluice
