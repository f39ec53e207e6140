#pragma once

#include <cstdint>

#include "sluice/tensor/activation.h"

namespace sluice {

/// y = x · scale + offset.
void scale(int64_t n, const float* x, float scale, float offset, float* y);

/// y = a + b; any of them may be the same array.
void add(int64_t n, const float* a, const float* b, float* y);

/// y = a · b.
void multiply(int64_t n, const float* a, const float* b, float* y);

/// sums[j] = sum over i of x[i * columns + j].
void sum_rows(int64_t rows, int64_t columns, const float* x, float* sums);

}  // namespace sluice
