#pragma once

#include <array>
#include <cstdint>

namespace sluice {

/// Activation functions by Keras' names. Persistent: the order is that of files of checkpoints and plans.
enum class Activation { linear, relu, tanh, sigmoid, softmax };
constexpr auto enum_names(Activation) {
  return std::to_array<const char*>({"linear", "relu", "tanh", "sigmoid", "softmax"});
}

/// y = f(x), element by element; x and y may be the same array. Softmax is not among them (see softmax.h).
void activate(Activation activation, int64_t n, const float* x, float* y);

/// dx = dy · f'(x), from the function's value y; dy and dx may be the same array.
void activate_backward(Activation activation, int64_t n, const float* y, const float* dy, float* dx);

/// y = x · scale + offset.
void scale(int64_t n, const float* x, float scale, float offset, float* y);

/// y = a + b; any of them may be the same array.
void add(int64_t n, const float* a, const float* b, float* y);

/// y = a · b.
void multiply(int64_t n, const float* a, const float* b, float* y);

/// sums[j] = sum over i of x[i * columns + j].
void sum_rows(int64_t rows, int64_t columns, const float* x, float* sums);

}  // namespace sluice
