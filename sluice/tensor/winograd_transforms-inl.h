/// The transforms of Winograd's minimal filtering (Lavin and Gray 2016) of vectors, for the processor that the
/// including file is compiled for.
#if defined(SLUICE_TENSOR_WINOGRAD_TRANSFORMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLUICE_TENSOR_WINOGRAD_TRANSFORMS_INL_H_
#undef SLUICE_TENSOR_WINOGRAD_TRANSFORMS_INL_H_
#else
#define SLUICE_TENSOR_WINOGRAD_TRANSFORMS_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <iterator>

#include "sluice/tensor/matrix_tiles-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace winograd {

namespace hn = hwy::HWY_NAMESPACE;

/// A convolution of polynomials is the product of their values at some points: 0, ±p for some p, and infinity, in this
/// order. The p multiply to 1, so that powers stay near 1 and rounding errors small.
template <int size>
struct Points;
template <>
struct Points<3> {
  static constexpr double pairs[] = {0.7071067811865476, 1.4142135623730951};
};
template <>
struct Points<5> {
  static constexpr double pairs[] = {0.5, 1, 2};
};

/// What follows from the points of kernels of a size.
template <int size>
struct Basis {
  static constexpr int pairs = std::size(Points<size>::pairs), points = 2 * pairs + 2, products = points * points;
  static constexpr double Squared(int pair) { return Points<size>::pairs[pair] * Points<size>::pairs[pair]; }

  /// powers[k][n] is p to the n.
  static constexpr auto MakePowers() {
    std::array<std::array<float, points>, pairs> powers{};
    for (int k = 0; k < pairs; ++k) {
      double power = 1;
      for (int n = 0; n < points; ++n, power *= Points<size>::pairs[k]) powers[k][n] = static_cast<float>(power);
    }
    return powers;
  }

  /// Coefficients of the product of (t − p²) of all pairs but one; of all where none is left out.
  static constexpr auto Product(int left_out) {
    std::array<double, pairs + 1> product{1};
    for (int k = 0, degree = 0; k < pairs; ++k) {
      if (k == left_out) continue;
      for (int i = ++degree; i >= 0; --i) product[i] = (i > 0 ? product[i - 1] : 0) - Squared(k) * product[i];
    }
    return product;
  }
  static constexpr auto MakeFactors() {
    std::array<std::array<float, pairs + 1>, pairs + 1> factors{};
    for (int k = 0; k <= pairs; ++k) {
      for (int i = 0; i <= pairs; ++i) factors[k][i] = static_cast<float>(Product(k)[i]);
    }
    return factors;
  }

  /// One over the product of the distances of a point to the other finite ones.
  static constexpr auto MakeScales() {
    std::array<float, points> scales{};
    scales[0] = static_cast<float>(1 / Product(pairs)[0]);
    for (int k = 0; k < pairs; ++k) {
      double distances = 2 * Squared(k);
      for (int j = 0; j < pairs; ++j) distances *= j == k ? 1 : Squared(k) - Squared(j);
      scales[1 + 2 * k] = scales[2 + 2 * k] = static_cast<float>(1 / distances);
    }
    scales[points - 1] = 1;
    return scales;
  }

  static constexpr auto powers = MakePowers();
  static constexpr auto factors = MakeFactors();
  static constexpr auto scales = MakeScales();
};

HWY_INLINE V Times(float factor, V x) { return hn::Mul(hn::Set(d, factor), x); }
HWY_INLINE V AddTimes(float factor, V x, V sum) { return hn::MulAdd(hn::Set(d, factor), x, sum); }
HWY_INLINE V SubtractTimes(float factor, V x, V sum) { return hn::NegMulAdd(hn::Set(d, factor), x, sum); }

/// Values of the polynomial with `count` coefficients at the points; at infinity that is the last coefficient.
template <int size, int count>
struct Evaluation {
  using B = Basis<size>;
  static constexpr int inputs = count, outputs = B::points;

  static HWY_INLINE void Run(const V (&x)[inputs], V (&y)[outputs]) {
    y[0] = x[0];
    HWY_UNROLL(3)
    for (int k = 0; k < B::pairs; ++k) {
      V even = x[0], odd = x[1];
      HWY_UNROLL(4)
      for (int n = 2; n < count; n += 2) even = AddTimes(B::powers[k][n], x[n], even);
      HWY_UNROLL(4)
      for (int n = 3; n < count; n += 2) odd = AddTimes(B::powers[k][n - 1], x[n], odd);
      y[1 + 2 * k] = AddTimes(B::powers[k][1], odd, even);
      y[2 + 2 * k] = SubtractTimes(B::powers[k][1], odd, even);
    }
    y[outputs - 1] = x[count - 1];
  }
};

/// The transpose of Evaluation.
template <int size, int count>
struct Summation {
  using B = Basis<size>;
  static constexpr int inputs = B::points, outputs = count;

  static HWY_INLINE void Run(const V (&x)[inputs], V (&y)[outputs]) {
    V sum[B::pairs], difference[B::pairs];
    HWY_UNROLL(3)
    for (int k = 0; k < B::pairs; ++k) {
      sum[k] = hn::Add(x[1 + 2 * k], x[2 + 2 * k]);
      difference[k] = Times(B::powers[k][1], hn::Sub(x[1 + 2 * k], x[2 + 2 * k]));
    }
    y[0] = x[0];
    HWY_UNROLL(3)
    for (int k = 0; k < B::pairs; ++k) y[0] = hn::Add(y[0], sum[k]);
    HWY_UNROLL(5)
    for (int n = 1; n < count; ++n) {
      const V(&part)[B::pairs] = n % 2 == 0 ? sum : difference;
      y[n] = Times(B::powers[0][n / 2 * 2], part[0]);
      HWY_UNROLL(3)
      for (int k = 1; k < B::pairs; ++k) y[n] = AddTimes(B::powers[k][n / 2 * 2], part[k], y[n]);
    }
    y[count - 1] = hn::Add(y[count - 1], x[inputs - 1]);
  }
};

/// The transpose of interpolation through the points, but for the divisors that `KernelScale` has.
template <int size>
struct Interpolation {
  using B = Basis<size>;
  static constexpr int inputs = B::points, outputs = B::points;

  /// The sum of every second value from `x` on with the coefficients of the product of all pairs but one.
  static HWY_INLINE V SumBut(int left_out, const V* x) {
    V sum = x[2 * B::pairs - 2];
    HWY_UNROLL(3)
    for (int i = B::pairs - 2; i >= 0; --i) sum = AddTimes(B::factors[left_out][i], x[2 * i], sum);
    return sum;
  }

  /// The same of all pairs, whose first coefficient is 1 or -1.
  static HWY_INLINE V SumOfAll(const V* x) {
    constexpr bool adds = B::pairs % 2 == 0;
    V sum = adds ? hn::Add(x[0], x[2 * B::pairs]) : hn::Sub(x[2 * B::pairs], x[0]);
    HWY_UNROLL(3)
    for (int i = B::pairs - 1; i >= 1; --i) sum = AddTimes(B::factors[B::pairs][i], x[2 * i], sum);
    return sum;
  }

  static HWY_INLINE void Run(const V (&x)[inputs], V (&y)[outputs]) {
    y[0] = SumOfAll(x);
    HWY_UNROLL(3)
    for (int k = 0; k < B::pairs; ++k) {
      const V even = SumBut(k, x + 2), odd = SumBut(k, x + 1);
      y[1 + 2 * k] = AddTimes(B::powers[k][1], odd, even);
      y[2 + 2 * k] = SubtractTimes(B::powers[k][1], odd, even);
    }
    y[outputs - 1] = SumOfAll(x + 1);
  }
};

template <int size>
HWY_INLINE V KernelScale(int product) {
  using B = Basis<size>;
  return hn::Set(d, B::scales[product / B::points] * B::scales[product % B::points]);
}

/// Transforms the columns of a square, then its rows: `load(i, j)` gives its values, `store(i, j, value)` takes them.
template <class Transform, class Load, class Store>
HWY_INLINE void TransformSquare(const Load& load, const Store& store) {
  constexpr int in = Transform::inputs, out = Transform::outputs;
  V half[out * in];
  HWY_UNROLL(8)
  for (int j = 0; j < in; ++j) {
    V column[in], transformed[out];
    HWY_UNROLL(8)
    for (int i = 0; i < in; ++i) column[i] = load(i, j);
    Transform::Run(column, transformed);
    HWY_UNROLL(8)
    for (int i = 0; i < out; ++i) half[i * in + j] = transformed[i];
  }
  HWY_UNROLL(8)
  for (int i = 0; i < out; ++i) {
    V row[in], transformed[out];
    HWY_UNROLL(8)
    for (int j = 0; j < in; ++j) row[j] = half[i * in + j];
    Transform::Run(row, transformed);
    HWY_UNROLL(8)
    for (int j = 0; j < out; ++j) store(i, j, transformed[j]);
  }
}

}  // namespace winograd
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
