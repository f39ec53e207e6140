#pragma once

#include <cstdint>

namespace sluice {

/// y = x - log(sum of e^x) for each of `vectors` vectors of `classes`; x and y may be the same array.
void log_softmax(int64_t vectors, int64_t classes, const float* x, float* y);

/// dx = dy - e^y · sum(dy) for each vector; dy and dx may be the same array.
void log_softmax_backward(int64_t vectors, int64_t classes, const float* y, const float* dy, float* dx);

/// y = max(0, x - t) for each vector. With sᵢ the sum of the i largest elements, of which k form the support (Martins
/// and Astudillo 2016, algorithm 1), t = (s₁ + … + sₖ - 1) / k, as in Keras 3; the paper, whose y sums to 1, has (sₖ -
/// 1) / k. `scratch` holds `classes` floats.
void sparsemax(int64_t vectors, int64_t classes, const float* x, float* y, float* scratch);

/// dx = (dy where x >= t, else 0) - (sum of these dy) · (k - i) / k for the element with i larger ones, i < k; dy and
/// dx may be the same array. `scratch` holds `classes` floats; a vector has at most 2²⁴ elements.
void sparsemax_backward(int64_t vectors, int64_t classes, const float* x, const float* dy, float* dx, float* scratch);

/// y [vectors, classes / 2] = a · sigmoid(b), where a and b are the halves of each vector of x; `classes` is even.
void glu(int64_t vectors, int64_t classes, const float* x, float* y);

/// dx [vectors, classes] from x and dy [vectors, classes / 2]. `scratch` holds classes / 2 floats.
void glu_backward(int64_t vectors, int64_t classes, const float* x, const float* dy, float* dx, float* scratch);

/// Softmax along the middle dimension of x [outer, classes, inner]; `scratch` holds 2 · inner floats.
void strided_softmax(int64_t outer, int64_t classes, int64_t inner, const float* x, float* y, float* scratch);

/// dx = y · (dy - sum(y · dy)) along the middle dimension; dy and dx may be the same array. `scratch` holds `inner`
/// floats.
void strided_softmax_backward(int64_t outer, int64_t classes, int64_t inner, const float* y, const float* dy, float* dx,
                              float* scratch);

}  // namespace sluice
