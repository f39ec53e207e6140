#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace sluice {

/// Activation functions by Keras' names, with the defaults of keras.activations. Persistent: the order is that of files
/// of checkpoints and plans; new ones go to the end.
enum class Activation {
  linear,
  relu,
  tanh,
  sigmoid,
  softmax,
  elu,
  selu,
  celu,
  softplus,
  softsign,
  silu,
  gelu,
  exponential,
  hard_sigmoid,
  hard_silu,
  hard_tanh,
  leaky_relu,
  log_sigmoid,
  log_softmax,
  mish,
  relu6,
  soft_shrink,
  hard_shrink,
  tanh_shrink,
  squareplus,
  sparse_plus,
  sparse_sigmoid,
  sparsemax,
  glu,
};
constexpr auto enum_names(Activation) {
  return std::to_array<const char*>({"linear",      "relu",           "tanh",        "sigmoid",      "softmax",
                                     "elu",         "selu",           "celu",        "softplus",     "softsign",
                                     "silu",        "gelu",           "exponential", "hard_sigmoid", "hard_silu",
                                     "hard_tanh",   "leaky_relu",     "log_sigmoid", "log_softmax",  "mish",
                                     "relu6",       "soft_shrink",    "hard_shrink", "tanh_shrink",  "squareplus",
                                     "sparse_plus", "sparse_sigmoid", "sparsemax",   "glu"});
}
/// Keras' second names.
constexpr std::string_view enum_alias(Activation, std::string_view name) {
  return name == "swish" ? "silu" : name == "hard_swish" ? "hard_silu" : name;
}

/// Whether the function runs over the vectors of the last dimension: softmax, log_softmax, sparsemax and glu, which
/// leaves vectors of half the size (see softmax.h and activation_vectors.h); the others work element by element.
constexpr bool is_over_vectors(Activation activation) {
  return activation == Activation::softmax || activation == Activation::log_softmax ||
         activation == Activation::sparsemax || activation == Activation::glu;
}

/// Whether the derivative is computed from the function's argument x; else its value y is enough.
bool derivative_needs_input(Activation activation);

/// y = f(x), element by element; x and y may be the same array.
void activate(Activation activation, int64_t n, const float* x, float* y);

/// dx = dy · f'(x); dy and dx may be the same array. Reads `x` when `derivative_needs_input`, else `y`; the other may
/// be null.
void activate_backward(Activation activation, int64_t n, const float* x, const float* y, const float* dy, float* dx);

/// The rectifier of keras.layers.ReLU: x > threshold: min(x, max_value), else negative_slope · (x - threshold).
struct Rectifier {
  float max_value = std::numeric_limits<float>::infinity();  ///< >= 0.
  float negative_slope = 0;                                  ///< >= 0.
  float threshold = 0;                                       ///< >= 0.
};
void rectify(const Rectifier& rectifier, int64_t n, const float* x, float* y);
/// From the value y.
void rectify_backward(const Rectifier& rectifier, int64_t n, const float* y, const float* dy, float* dx);

/// y = x > 0: x, else alpha · (e^x - 1); alpha >= 0.
void exponential_linear(float alpha, int64_t n, const float* x, float* y);
/// From the value y.
void exponential_linear_backward(float alpha, int64_t n, const float* y, const float* dy, float* dx);

/// y = x > 0: x, else slope · x with a slope for each of n elements.
void parametric_rectify(int64_t n, const float* slopes, const float* x, float* y);
/// dx = dy · (x > 0: 1, else slope); adds x < 0: dy · x to `dslopes`.
void parametric_rectify_backward(int64_t n, const float* slopes, const float* x, const float* dy, float* dx,
                                 float* dslopes);

}  // namespace sluice
