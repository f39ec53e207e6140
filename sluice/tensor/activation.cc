#include "sluice/tensor/activation.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/activation.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "sluice/tensor/elementary-inl.h"
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

// Min and Max return their second argument where one is NaN: the variable comes second, so that NaN stays NaN.
HWY_INLINE V Constant(float value) { return hn::Set(d, value); }
HWY_INLINE V AtMost(float limit, V x) { return hn::Min(Constant(limit), x); }
HWY_INLINE V AtLeast(float limit, V x) { return hn::Max(Constant(limit), x); }
HWY_INLINE V Clip(float low, float high, V x) { return AtMost(high, AtLeast(low, x)); }
HWY_INLINE V Where(hn::Mask<D> mask, V yes, V no) { return hn::IfThenElse(mask, yes, no); }

/// The normal distribution up to x, within 3e-7 relative where x > -5: erfc by Numerical Recipes' fit (1.2e-7), with
/// z² = high + low so that the exponent is exact.
HWY_INLINE V NormalDistribution(V x) {
  const V z = AtMost(9, hn::Mul(hn::Abs(x), Constant(0.70710678f)));
  const V t = hn::Div(Constant(1), hn::MulAdd(z, Constant(0.5f), Constant(1)));
  V p = Constant(0.17087277f);
  for (float coefficient : {-0.82215223f, 1.48851587f, -1.13520398f, 0.27886807f, -0.18628806f, 0.09678418f,
                            0.37409196f, 1.00002368f, -1.26551223f}) {
    p = hn::MulAdd(p, t, Constant(coefficient));
  }
  const V high = hn::Mul(z, z);
  const V low = hn::MulSub(z, z, high);
  const V tail = hn::Mul(hn::Mul(ExpOf(d, hn::Neg(high)), ExpOf(d, hn::Sub(p, low))), hn::Mul(t, Constant(0.5f)));
  return Where(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(Constant(1), tail));
}

constexpr float selu_scale = 1.05070098735548049f, selu_alpha = 1.67326324235437728f;
constexpr float leaky_slope = 0.2f, shrink_threshold = 0.5f;

// Each function, and its derivative times dy from x or y.

struct Identity {
  HWY_INLINE V Call(V x, V) const { return x; }
};
struct IdentityGradient {
  HWY_INLINE V Call(V, V dy) const { return dy; }
};

struct Relu {
  HWY_INLINE V Call(V x, V) const { return AtLeast(0, x); }
};
struct ReluGradient {
  HWY_INLINE V Call(V y, V dy) const { return hn::IfThenElseZero(hn::Gt(y, hn::Zero(d)), dy); }
};

struct Tanh {
  HWY_INLINE V Call(V x, V) const { return TanhOf(d, x); }
};
struct TanhGradient {
  HWY_INLINE V Call(V y, V dy) const { return hn::Mul(dy, hn::NegMulAdd(y, y, Constant(1))); }
};

struct Sigmoid {
  HWY_INLINE V Call(V x, V) const { return LogisticOf(d, x); }
};
struct SigmoidGradient {
  HWY_INLINE V Call(V y, V dy) const { return hn::Mul(dy, hn::Mul(y, hn::Sub(Constant(1), y))); }
};

struct ExponentialLinear {
  V alpha;
  HWY_INLINE V Call(V x, V) const {
    return Where(hn::Gt(x, hn::Zero(d)), x, hn::Mul(alpha, NegativeExpm1Of(d, AtMost(0, x))));
  }
};
struct ExponentialLinearGradient {
  V alpha;
  HWY_INLINE V Call(V y, V dy) const {
    return hn::Mul(dy, Where(hn::Ge(y, hn::Zero(d)), Constant(1), hn::Add(y, alpha)));
  }
};

struct Selu {
  HWY_INLINE V Call(V x, V) const {
    return Where(hn::Gt(x, hn::Zero(d)), hn::Mul(Constant(selu_scale), x),
                 hn::Mul(Constant(selu_scale * selu_alpha), NegativeExpm1Of(d, AtMost(0, x))));
  }
};
struct SeluGradient {
  HWY_INLINE V Call(V y, V dy) const {
    const V below = hn::Add(y, Constant(selu_scale * selu_alpha));
    return hn::Mul(dy, Where(hn::Ge(y, hn::Zero(d)), Constant(selu_scale), below));
  }
};

struct Softplus {
  HWY_INLINE V Call(V x, V) const { return SoftplusOf(d, x); }
};
struct SoftplusGradient {
  HWY_INLINE V Call(V y, V dy) const { return hn::Mul(dy, hn::Neg(NegativeExpm1Of(d, hn::Neg(y)))); }
};

struct LogSigmoid {
  HWY_INLINE V Call(V x, V) const { return hn::Neg(SoftplusOf(d, hn::Neg(x))); }
};
struct LogSigmoidGradient {
  HWY_INLINE V Call(V y, V dy) const { return hn::Mul(dy, hn::Neg(NegativeExpm1Of(d, y))); }
};

struct Softsign {
  HWY_INLINE V Call(V x, V) const { return hn::Div(x, hn::Add(Constant(1), hn::Abs(x))); }
};
struct SoftsignGradient {
  HWY_INLINE V Call(V x, V dy) const {
    const V below = hn::Add(Constant(1), hn::Abs(x));
    return hn::Div(dy, hn::Mul(below, below));
  }
};

struct Silu {
  HWY_INLINE V Call(V x, V) const { return hn::Mul(x, LogisticOf(d, x)); }
};
struct SiluGradient {
  HWY_INLINE V Call(V x, V dy) const {
    const V s = LogisticOf(d, x);
    return hn::Mul(dy, hn::Mul(s, hn::MulAdd(x, hn::Sub(Constant(1), s), Constant(1))));
  }
};

struct Gelu {
  HWY_INLINE V Call(V x, V) const { return hn::Mul(x, NormalDistribution(x)); }
};
struct GeluGradient {
  HWY_INLINE V Call(V x, V dy) const {
    const V square = AtMost(80, hn::Mul(Constant(0.5f), hn::Mul(x, x)));
    const V density = hn::Mul(Constant(0.39894228f), ExpOf(d, hn::Neg(square)));
    return hn::Mul(dy, hn::MulAdd(x, density, NormalDistribution(x)));
  }
};

struct Exponential {
  HWY_INLINE V Call(V x, V) const { return ExpOf(d, x); }
};
struct ExponentialGradient {
  HWY_INLINE V Call(V y, V dy) const { return hn::Mul(dy, y); }
};

HWY_INLINE V HardSigmoidOf(V x) { return hn::Div(Clip(0, 6, hn::Add(x, Constant(3))), Constant(6)); }
HWY_INLINE hn::Mask<D> IsBetween(float low, float high, V x) {
  return hn::And(hn::Gt(x, Constant(low)), hn::Lt(x, Constant(high)));
}

struct HardSigmoid {
  HWY_INLINE V Call(V x, V) const { return HardSigmoidOf(x); }
};
struct HardSigmoidGradient {
  HWY_INLINE V Call(V y, V dy) const { return hn::IfThenElseZero(IsBetween(0, 1, y), hn::Div(dy, Constant(6))); }
};

struct HardSilu {
  HWY_INLINE V Call(V x, V) const { return hn::Mul(x, HardSigmoidOf(x)); }
};
struct HardSiluGradient {
  HWY_INLINE V Call(V x, V dy) const {
    const V inside = hn::IfThenElseZero(IsBetween(-3, 3, x), hn::Div(x, Constant(6)));
    return hn::Mul(dy, hn::Add(HardSigmoidOf(x), inside));
  }
};

struct HardTanh {
  HWY_INLINE V Call(V x, V) const { return Clip(-1, 1, x); }
};
struct HardTanhGradient {
  HWY_INLINE V Call(V x, V dy) const { return hn::IfThenElseZero(hn::Le(hn::Abs(x), Constant(1)), dy); }
};

struct Mish {
  // tanh(log(1 + e)) = n / (n + 2) with n = e² + 2e, e = exp(x); it is 1 from x = 20 on.
  static HWY_INLINE V Numerator(V e) { return hn::Mul(e, hn::Add(e, Constant(2))); }
  static HWY_INLINE V Power(V x) { return ExpOf(d, Clip(-87, 20, x)); }
  HWY_INLINE V Call(V x, V) const {
    const V n = Numerator(Power(x));
    return hn::Mul(x, hn::Div(n, hn::Add(n, Constant(2))));
  }
};
struct MishGradient {
  HWY_INLINE V Call(V x, V dy) const {
    const V e = Mish::Power(x);
    const V n = Mish::Numerator(e), below = hn::Add(n, Constant(2));
    const V slope = hn::Div(hn::Div(hn::Mul(Constant(4), hn::MulAdd(e, e, e)), below), below);
    return hn::Mul(dy, hn::MulAdd(x, slope, hn::Div(n, below)));
  }
};

struct Rectify {
  V largest, slope, threshold;
  HWY_INLINE V Call(V x, V) const {
    const V above = hn::Min(largest, x), below = hn::Mul(slope, hn::Sub(x, threshold));
    return Where(hn::Gt(x, threshold), above, below);
  }
};
struct RectifyGradient {
  V largest, slope;
  HWY_INLINE V Call(V y, V dy) const {
    return hn::IfThenZeroElse(hn::Ge(y, largest), Where(hn::Gt(y, hn::Zero(d)), dy, hn::Mul(slope, dy)));
  }
};

struct SoftShrink {
  HWY_INLINE V Call(V x, V) const {
    const V nearer = hn::Sub(x, hn::CopySign(Constant(shrink_threshold), x));
    return hn::IfThenZeroElse(hn::Le(hn::Abs(x), Constant(shrink_threshold)), nearer);
  }
};
struct HardShrink {
  HWY_INLINE V Call(V x, V) const { return hn::IfThenZeroElse(hn::Le(hn::Abs(x), Constant(shrink_threshold)), x); }
};
struct ShrinkGradient {
  HWY_INLINE V Call(V y, V dy) const { return hn::IfThenElseZero(hn::Ne(y, hn::Zero(d)), dy); }
};

struct TanhShrink {
  HWY_INLINE V Call(V x, V) const { return hn::Sub(x, TanhOf(d, x)); }
};
struct TanhShrinkGradient {
  HWY_INLINE V Call(V x, V dy) const {
    const V t = TanhOf(d, x);
    return hn::Mul(dy, hn::Mul(t, t));
  }
};

struct Squareplus {
  HWY_INLINE V Call(V x, V) const {
    return hn::Mul(Constant(0.5f), hn::Add(x, hn::Sqrt(hn::MulAdd(x, x, Constant(4)))));
  }
};
struct SquareplusGradient {
  HWY_INLINE V Call(V x, V dy) const {
    const V ratio = hn::Div(x, hn::Sqrt(hn::MulAdd(x, x, Constant(4))));
    return hn::Mul(dy, hn::MulAdd(Constant(0.5f), ratio, Constant(0.5f)));
  }
};

struct SparsePlus {
  HWY_INLINE V Call(V x, V) const {
    const V above = AtLeast(0, hn::Add(x, Constant(1)));
    return Where(hn::Lt(x, Constant(1)), hn::Mul(Constant(0.25f), hn::Mul(above, above)), x);
  }
};
struct SparsePlusGradient {
  HWY_INLINE V Call(V x, V dy) const {
    return hn::Mul(dy, hn::Mul(Constant(0.5f), Clip(0, 2, hn::Add(x, Constant(1)))));
  }
};

struct SparseSigmoid {
  HWY_INLINE V Call(V x, V) const { return hn::Mul(Constant(0.5f), Clip(0, 2, hn::Add(x, Constant(1)))); }
};
struct SparseSigmoidGradient {
  HWY_INLINE V Call(V y, V dy) const { return hn::IfThenElseZero(IsBetween(0, 1, y), hn::Mul(dy, Constant(0.5f))); }
};

struct ParametricRectify {
  HWY_INLINE V Call(V x, V slope) const { return Where(hn::Gt(x, hn::Zero(d)), x, hn::Mul(slope, x)); }
};

Rectify RectifyBy(const Rectifier& r) {
  return {Constant(r.max_value), Constant(r.negative_slope), Constant(r.threshold)};
}
RectifyGradient RectifyGradientBy(const Rectifier& r) { return {Constant(r.max_value), Constant(r.negative_slope)}; }

constexpr Rectifier leaky{.negative_slope = leaky_slope}, six{.max_value = 6};

void Activate(Activation activation, int64_t n, const float* x, float* y) {
  switch (activation) {
    case Activation::relu: return Map(n, x, x, y, Relu{});
    case Activation::tanh: return Map(n, x, x, y, Tanh{});
    case Activation::sigmoid: return Map(n, x, x, y, Sigmoid{});
    case Activation::elu:
    case Activation::celu: return Map(n, x, x, y, ExponentialLinear{Constant(1)});
    case Activation::selu: return Map(n, x, x, y, Selu{});
    case Activation::softplus: return Map(n, x, x, y, Softplus{});
    case Activation::softsign: return Map(n, x, x, y, Softsign{});
    case Activation::silu: return Map(n, x, x, y, Silu{});
    case Activation::gelu: return Map(n, x, x, y, Gelu{});
    case Activation::exponential: return Map(n, x, x, y, Exponential{});
    case Activation::hard_sigmoid: return Map(n, x, x, y, HardSigmoid{});
    case Activation::hard_silu: return Map(n, x, x, y, HardSilu{});
    case Activation::hard_tanh: return Map(n, x, x, y, HardTanh{});
    case Activation::leaky_relu: return Map(n, x, x, y, RectifyBy(leaky));
    case Activation::log_sigmoid: return Map(n, x, x, y, LogSigmoid{});
    case Activation::mish: return Map(n, x, x, y, Mish{});
    case Activation::relu6: return Map(n, x, x, y, RectifyBy(six));
    case Activation::soft_shrink: return Map(n, x, x, y, SoftShrink{});
    case Activation::hard_shrink: return Map(n, x, x, y, HardShrink{});
    case Activation::tanh_shrink: return Map(n, x, x, y, TanhShrink{});
    case Activation::squareplus: return Map(n, x, x, y, Squareplus{});
    case Activation::sparse_plus: return Map(n, x, x, y, SparsePlus{});
    case Activation::sparse_sigmoid: return Map(n, x, x, y, SparseSigmoid{});
    case Activation::linear:
    case Activation::softmax:
    case Activation::log_softmax:
    case Activation::sparsemax:
    case Activation::glu: return Map(n, x, x, y, Identity{});
  }
}

void ActivateBackward(Activation activation, int64_t n, const float* x, const float* y, const float* dy, float* dx) {
  switch (activation) {
    case Activation::relu: return Map(n, y, dy, dx, ReluGradient{});
    case Activation::tanh: return Map(n, y, dy, dx, TanhGradient{});
    case Activation::sigmoid: return Map(n, y, dy, dx, SigmoidGradient{});
    case Activation::elu:
    case Activation::celu: return Map(n, y, dy, dx, ExponentialLinearGradient{Constant(1)});
    case Activation::selu: return Map(n, y, dy, dx, SeluGradient{});
    case Activation::softplus: return Map(n, y, dy, dx, SoftplusGradient{});
    case Activation::softsign: return Map(n, x, dy, dx, SoftsignGradient{});
    case Activation::silu: return Map(n, x, dy, dx, SiluGradient{});
    case Activation::gelu: return Map(n, x, dy, dx, GeluGradient{});
    case Activation::exponential: return Map(n, y, dy, dx, ExponentialGradient{});
    case Activation::hard_sigmoid: return Map(n, y, dy, dx, HardSigmoidGradient{});
    case Activation::hard_silu: return Map(n, x, dy, dx, HardSiluGradient{});
    case Activation::hard_tanh: return Map(n, x, dy, dx, HardTanhGradient{});
    case Activation::leaky_relu: return Map(n, y, dy, dx, RectifyGradientBy(leaky));
    case Activation::log_sigmoid: return Map(n, y, dy, dx, LogSigmoidGradient{});
    case Activation::mish: return Map(n, x, dy, dx, MishGradient{});
    case Activation::relu6: return Map(n, y, dy, dx, RectifyGradientBy(six));
    case Activation::soft_shrink:
    case Activation::hard_shrink: return Map(n, y, dy, dx, ShrinkGradient{});
    case Activation::tanh_shrink: return Map(n, x, dy, dx, TanhShrinkGradient{});
    case Activation::squareplus: return Map(n, x, dy, dx, SquareplusGradient{});
    case Activation::sparse_plus: return Map(n, x, dy, dx, SparsePlusGradient{});
    case Activation::sparse_sigmoid: return Map(n, y, dy, dx, SparseSigmoidGradient{});
    case Activation::linear:
    case Activation::softmax:
    case Activation::log_softmax:
    case Activation::sparsemax:
    case Activation::glu: return Map(n, dy, dy, dx, IdentityGradient{});
  }
}

void RectifyArray(const Rectifier& rectifier, int64_t n, const float* x, float* y) {
  Map(n, x, x, y, RectifyBy(rectifier));
}
void RectifyArrayBackward(const Rectifier& rectifier, int64_t n, const float* y, const float* dy, float* dx) {
  Map(n, y, dy, dx, RectifyGradientBy(rectifier));
}

void ExponentialLinearArray(float alpha, int64_t n, const float* x, float* y) {
  Map(n, x, x, y, ExponentialLinear{Constant(alpha)});
}
void ExponentialLinearArrayBackward(float alpha, int64_t n, const float* y, const float* dy, float* dx) {
  Map(n, y, dy, dx, ExponentialLinearGradient{Constant(alpha)});
}

void ParametricRectifyArray(int64_t n, const float* slopes, const float* x, float* y) {
  Map(n, x, slopes, y, ParametricRectify{});
}
void ParametricRectifyArrayBackward(int64_t n, const float* slopes, const float* x, const float* dy, float* dx,
                                    float* dslopes) {
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = hn::FirstN(d, static_cast<size_t>(n - i < L ? n - i : L));
    const V value = hn::MaskedLoad(mask, d, x + i), slope = hn::MaskedLoad(mask, d, dy + i);
    const auto positive = hn::Gt(value, hn::Zero(d));
    const V part = hn::IfThenZeroElse(positive, hn::Mul(value, slope));
    hn::BlendedStore(hn::Add(hn::MaskedLoad(mask, d, dslopes + i), part), mask, d, dslopes + i);
    hn::BlendedStore(Where(positive, slope, hn::Mul(slope, hn::MaskedLoad(mask, d, slopes + i))), mask, d, dx + i);
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Activate);
HWY_EXPORT(ActivateBackward);
HWY_EXPORT(RectifyArray);
HWY_EXPORT(RectifyArrayBackward);
HWY_EXPORT(ExponentialLinearArray);
HWY_EXPORT(ExponentialLinearArrayBackward);
HWY_EXPORT(ParametricRectifyArray);
HWY_EXPORT(ParametricRectifyArrayBackward);

bool derivative_needs_input(Activation activation) {
  switch (activation) {
    case Activation::softsign:
    case Activation::silu:
    case Activation::gelu:
    case Activation::hard_silu:
    case Activation::hard_tanh:
    case Activation::mish:
    case Activation::tanh_shrink:
    case Activation::squareplus:
    case Activation::sparse_plus: return true;
    default: return false;
  }
}

void activate(Activation activation, int64_t n, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(Activate)(activation, n, x, y);
}

void activate_backward(Activation activation, int64_t n, const float* x, const float* y, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(ActivateBackward)(activation, n, x, y, dy, dx);
}

void rectify(const Rectifier& rectifier, int64_t n, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(RectifyArray)(rectifier, n, x, y);
}

void rectify_backward(const Rectifier& rectifier, int64_t n, const float* y, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(RectifyArrayBackward)(rectifier, n, y, dy, dx);
}

void exponential_linear(float alpha, int64_t n, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(ExponentialLinearArray)(alpha, n, x, y);
}

void exponential_linear_backward(float alpha, int64_t n, const float* y, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(ExponentialLinearArrayBackward)(alpha, n, y, dy, dx);
}

void parametric_rectify(int64_t n, const float* slopes, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(ParametricRectifyArray)(n, slopes, x, y);
}

void parametric_rectify_backward(int64_t n, const float* slopes, const float* x, const float* dy, float* dx,
                                 float* dslopes) {
  HWY_DYNAMIC_DISPATCH(ParametricRectifyArrayBackward)(n, slopes, x, dy, dx, dslopes);
}

}  // namespace sluice
#endif
