#include "sluice/tensor/merge.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/merge.cc"
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

template <class Function>
HWY_INLINE void Map(int64_t n, const float* a, const float* b, float* y, const Function& function) {
  const int64_t whole = n / L * L;  // a masked store takes twelve cycles on some processors
  for (int64_t i = 0; i < whole; i += L) hn::StoreU(function(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, y + i);
  if (whole == n) return;
  const Mask mask = hn::FirstN(d, static_cast<size_t>(n - whole));
  const V last = function(hn::MaskedLoad(mask, d, a + whole), hn::MaskedLoad(mask, d, b + whole));
  hn::BlendedStore(last, mask, d, y + whole);
}

void SubtractArrays(int64_t n, const float* a, const float* b, float* y) {
  Map(n, a, b, y, [](V u, V v) HWY_ATTR { return hn::Sub(u, v); });
}

void AddRectified(int64_t n, const float* a, const float* b, float* y) {
  Map(n, a, b, y, [](V u, V v) HWY_ATTR { return hn::Max(hn::Zero(d), hn::Add(u, v)); });
}

void MaximumArrays(int64_t n, const float* a, const float* b, float* y) {
  Map(n, a, b, y, [](V u, V v) HWY_ATTR { return hn::Max(u, v); });
}

void MinimumArrays(int64_t n, const float* a, const float* b, float* y) {
  Map(n, a, b, y, [](V u, V v) HWY_ATTR { return hn::Min(u, v); });
}

void TakeWhereEqual(int64_t n, const float* x, const float* y, float* rest, float* dx) {
  ForEachVector(n, [&](int64_t i, Mask mask) HWY_ATTR {
    const Mask equal = hn::Eq(hn::MaskedLoad(mask, d, x + i), hn::MaskedLoad(mask, d, y + i));
    const V gradient = hn::MaskedLoad(mask, d, rest + i);
    hn::BlendedStore(hn::IfThenElseZero(equal, gradient), mask, d, dx + i);
    hn::BlendedStore(hn::IfThenZeroElse(equal, gradient), mask, d, rest + i);
  });
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(SubtractArrays);
HWY_EXPORT(AddRectified);
HWY_EXPORT(MaximumArrays);
HWY_EXPORT(MinimumArrays);
HWY_EXPORT(TakeWhereEqual);

void subtract(int64_t n, const float* a, const float* b, float* y) { HWY_DYNAMIC_DISPATCH(SubtractArrays)(n, a, b, y); }

void add_rectified(int64_t n, const float* a, const float* b, float* y) {
  HWY_DYNAMIC_DISPATCH(AddRectified)(n, a, b, y);
}

void maximum(int64_t n, const float* a, const float* b, float* y) { HWY_DYNAMIC_DISPATCH(MaximumArrays)(n, a, b, y); }

void minimum(int64_t n, const float* a, const float* b, float* y) { HWY_DYNAMIC_DISPATCH(MinimumArrays)(n, a, b, y); }

void take_where_equal(int64_t n, const float* x, const float* y, float* rest, float* dx) {
  HWY_DYNAMIC_DISPATCH(TakeWhereEqual)(n, x, y, rest, dx);
}

}  // namespace sluice
#endif
