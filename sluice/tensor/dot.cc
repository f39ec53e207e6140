#include "sluice/tensor/dot.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/dot.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
using Mask = hn::Mask<D>;
constexpr D d;
constexpr int64_t L = HWY_LANES(float);

template <class Function>
HWY_INLINE void ForEachVector(int64_t n, const Function& function) {
  for (int64_t i = 0; i < n; i += L) function(i, hn::FirstN(d, static_cast<size_t>(n - i < L ? n - i : L)));
}

HWY_INLINE float DotProduct(int64_t n, const float* a, const float* b) {
  V sum = hn::Zero(d);
  ForEachVector(n, [&](int64_t i, Mask mask) HWY_ATTR {
    sum = hn::MulAdd(hn::MaskedLoad(mask, d, a + i), hn::MaskedLoad(mask, d, b + i), sum);
  });
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

/// y = factor · (x + share · z).
HWY_INLINE void ScaledSum(int64_t n, float factor, const float* x, float share, const float* z, float* y) {
  const V f = hn::Set(d, factor), s = hn::Set(d, share);
  ForEachVector(n, [&](int64_t i, Mask mask) HWY_ATTR {
    const V sum = hn::MulAdd(s, hn::MaskedLoad(mask, d, z + i), hn::MaskedLoad(mask, d, x + i));
    hn::BlendedStore(hn::Mul(f, sum), mask, d, y + i);
  });
}

/// 1 / length of a row, at most `largest_factor`.
HWY_INLINE float InverseLength(int64_t n, float largest_factor, const float* x) {
  const float square = DotProduct(n, x, x);
  if (square == 0) return largest_factor;
  const float inverse = hn::GetLane(hn::Div(hn::Set(d, 1.0f), hn::Sqrt(hn::Set(d, square))));
  return inverse > largest_factor ? largest_factor : inverse;
}

void DotRows(int64_t rows, int64_t size, const float* a, const float* b, float* y) {
  for (int64_t i = 0; i < rows; ++i) y[i] = DotProduct(size, a + i * size, b + i * size);
}

void ScaleRows(int64_t rows, int64_t size, const float* factors, const float* x, float* y) {
  for (int64_t i = 0; i < rows; ++i) ScaledSum(size, factors[i], x + i * size, 0, x + i * size, y + i * size);
}

void NormalizeRows(int64_t rows, int64_t size, float largest_factor, const float* x, float* y) {
  for (int64_t i = 0; i < rows; ++i, x += size, y += size)
    ScaledSum(size, InverseLength(size, largest_factor, x), x, 0, x, y);
}

void NormalizeRowsBackward(int64_t rows, int64_t size, float largest_factor, const float* x, const float* y,
                           const float* dy, float* dx) {
  for (int64_t i = 0; i < rows; ++i, x += size, y += size, dy += size, dx += size) {
    const float inverse = InverseLength(size, largest_factor, x);
    const float along = inverse == largest_factor ? 0 : DotProduct(size, y, dy);
    ScaledSum(size, inverse, dy, -along, y, dx);
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(DotRows);
HWY_EXPORT(ScaleRows);
HWY_EXPORT(NormalizeRows);
HWY_EXPORT(NormalizeRowsBackward);

void dot_rows(int64_t rows, int64_t size, const float* a, const float* b, float* y) {
  HWY_DYNAMIC_DISPATCH(DotRows)(rows, size, a, b, y);
}

void scale_rows(int64_t rows, int64_t size, const float* factors, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(ScaleRows)(rows, size, factors, x, y);
}

void normalize_rows(int64_t rows, int64_t size, float largest_factor, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(NormalizeRows)(rows, size, largest_factor, x, y);
}

void normalize_rows_backward(int64_t rows, int64_t size, float largest_factor, const float* x, const float* y,
                             const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(NormalizeRowsBackward)(rows, size, largest_factor, x, y, dy, dx);
}

}  // namespace sluice
#endif
