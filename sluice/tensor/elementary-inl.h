/// Exponential, logarithm and tanh of a vector of floats, for the processor that the including file is compiled for:
/// those of Highway where these are defined, defined everywhere, and NaN stays NaN.
#if defined(SLUICE_TENSOR_ELEMENTARY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLUICE_TENSOR_ELEMENTARY_INL_H_
#undef SLUICE_TENSOR_ELEMENTARY_INL_H_
#else
#define SLUICE_TENSOR_ELEMENTARY_INL_H_
#endif

// clang-format off: each of them once for each processor
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {

/// `value`, and NaN where x is NaN.
template <class V>
HWY_INLINE V KeepNaN(V x, V value) {
  return hwy::HWY_NAMESPACE::IfThenElse(hwy::HWY_NAMESPACE::IsNaN(x), x, value);
}

/// e^x; infinite from x = 89 on.
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V ExpOf(D d, V x) {
  namespace hn = hwy::HWY_NAMESPACE;
  return KeepNaN(x, hn::Exp(d, hn::Min(hn::Set(d, 89.0f), x)));
}

/// e^x - 1 for x <= 0.
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V NegativeExpm1Of(D d, V x) {
  namespace hn = hwy::HWY_NAMESPACE;
  return KeepNaN(x, hn::Expm1(d, hn::Max(hn::Set(d, -87.0f), x)));
}

/// ln x for x > 0.
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V LogOf(D d, V x) {
  return KeepNaN(x, hwy::HWY_NAMESPACE::Log(d, x));
}

template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V TanhOf(D d, V x) {
  namespace hn = hwy::HWY_NAMESPACE;
  return KeepNaN(x, hn::Tanh(d, hn::Min(hn::Set(d, 20.0f), hn::Max(hn::Set(d, -20.0f), x))));
}

/// 1 / (1 + e^-x).
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V LogisticOf(D d, V x) {
  namespace hn = hwy::HWY_NAMESPACE;
  const V one = hn::Set(d, 1.0f);
  return hn::Div(one, hn::Add(one, ExpOf(d, hn::Neg(x))));
}

/// ln(1 + e^x).
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V SoftplusOf(D d, V x) {
  namespace hn = hwy::HWY_NAMESPACE;
  return hn::Add(hn::Max(hn::Zero(d), x), hn::Log1p(d, ExpOf(d, hn::Neg(hn::Abs(x)))));
}

}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
