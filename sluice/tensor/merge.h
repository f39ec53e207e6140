#pragma once

#include <cstdint>

namespace sluice {

/// y = a - b; any of them may be the same array, as in the functions below.
void subtract(int64_t n, const float* a, const float* b, float* y);

/// y = the rectifier of a + b.
void add_rectified(int64_t n, const float* a, const float* b, float* y);

/// y = the larger of a and b.
void maximum(int64_t n, const float* a, const float* b, float* y);

/// y = the smaller of a and b.
void minimum(int64_t n, const float* a, const float* b, float* y);

/// Where x equals y, moves the gradient from `rest` to dx; elsewhere dx is 0. With the inputs of a maximum in turn the
/// first of equal ones takes all, as in TensorFlow.
void take_where_equal(int64_t n, const float* x, const float* y, float* rest, float* dx);

}  // namespace sluice
