#pragma once

#include <cstdint>

namespace sluice {

/// y = x - log(sum of e^x) for each of `vectors` vectors of `classes`; x and y may be the same array.
void log_softmax(int64_t vectors, int64_t classes, const float* x, float* y);

/// dx = dy - e^y · sum(dy) for each vector; dy and dx may be the same array.
void log_softmax_backward(int64_t vectors, int64_t classes, const float* y, const float* dy, float* dx);

/// y = the point of the simplex nearest to each vector (Martins and Astudillo 2016, algorithm 1). `scratch` holds
/// `classes` floats.
void sparsemax(int64_t vectors, int64_t classes, const float* x, float* y, float* scratch);

/// dx = dy - mean(dy where y > 0) where y > 0, else 0, for each vector; dy and dx may be the same array.
void sparsemax_backward(int64_t vectors, int64_t classes, const float* y, const float* dy, float* dx);

/// Softmax along the middle dimension of x [outer, classes, inner]; `scratch` holds 2 · inner floats.
void strided_softmax(int64_t outer, int64_t classes, int64_t inner, const float* x, float* y, float* scratch);

/// dx = y · (dy - sum(y · dy)) along the middle dimension; dy and dx may be the same array. `scratch` holds `inner`
/// floats.
void strided_softmax_backward(int64_t outer, int64_t classes, int64_t inner, const float* y, const float* dy, float* dx,
                              float* scratch);

}  // namespace sluice
