#include "sluice/tensor/elementwise.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/elementwise.cc"
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
constexpr D d;
constexpr int64_t L = HWY_LANES(float);

template <class Function>
HWY_INLINE void Map(int64_t n, const float* a, const float* b, float* y, const Function& function) {
  int64_t i = 0;
  for (; i + L <= n; i += L) hn::StoreU(function.Call(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, y + i);
  if (i == n) return;
  const auto mask = hn::FirstN(d, static_cast<size_t>(n - i));
  hn::BlendedStore(function.Call(hn::MaskedLoad(mask, d, a + i), hn::MaskedLoad(mask, d, b + i)), mask, d, y + i);
}

struct Scaled {
  V factor, offset;
  HWY_INLINE V Call(V x, V) const { return hn::Add(hn::Mul(x, factor), offset); }
};
struct Sum {
  HWY_INLINE V Call(V a, V b) const { return hn::Add(a, b); }
};
struct Product {
  HWY_INLINE V Call(V a, V b) const { return hn::Mul(a, b); }
};

void Scale(int64_t n, const float* x, float scale, float offset, float* y) {
  Map(n, x, x, y, Scaled{hn::Set(d, scale), hn::Set(d, offset)});
}

void AddArrays(int64_t n, const float* a, const float* b, float* y) { Map(n, a, b, y, Sum{}); }

void MultiplyArrays(int64_t n, const float* a, const float* b, float* y) { Map(n, a, b, y, Product{}); }

void SumRows(int64_t rows, int64_t columns, const float* x, float* sums) {
  for (int64_t j = 0; j < columns; j += L) {
    const auto mask = hn::FirstN(d, static_cast<size_t>(std::min(L, columns - j)));
    const float* from = x + j;
    V even = hn::Zero(d), odd = hn::Zero(d);
    int64_t i = 0;
    for (; i + 2 <= rows; i += 2, from += 2 * columns) {
      even = hn::Add(even, hn::MaskedLoad(mask, d, from));
      odd = hn::Add(odd, hn::MaskedLoad(mask, d, from + columns));
    }
    if (i < rows) even = hn::Add(even, hn::MaskedLoad(mask, d, from));
    hn::BlendedStore(hn::Add(even, odd), mask, d, sums + j);
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Scale);
HWY_EXPORT(AddArrays);
HWY_EXPORT(MultiplyArrays);
HWY_EXPORT(SumRows);

void scale(int64_t n, const float* x, float scale, float offset, float* y) {
  HWY_DYNAMIC_DISPATCH(Scale)(n, x, scale, offset, y);
}

void add(int64_t n, const float* a, const float* b, float* y) { HWY_DYNAMIC_DISPATCH(AddArrays)(n, a, b, y); }

void multiply(int64_t n, const float* a, const float* b, float* y) { HWY_DYNAMIC_DISPATCH(MultiplyArrays)(n, a, b, y); }

void sum_rows(int64_t rows, int64_t columns, const float* x, float* sums) {
  HWY_DYNAMIC_DISPATCH(SumRows)(rows, columns, x, sums);
}

}  // namespace sluice
#endif
