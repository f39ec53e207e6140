#include "sluice/tensor/pointwise_loss.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/pointwise_loss.cc"
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

/// A loss of single elements and its derivative by the output.
struct Scored {
  V value, slope;
};

HWY_INLINE V Number(float x) { return hn::Set(d, x); }

// max returns its second operand when one is NaN: that one must be what may be NaN, or divergence goes unseen.
HWY_INLINE V AtLeast(float low, V x) { return hn::Max(Number(low), x); }
HWY_INLINE V Cut(V x, float low, float high) { return hn::Min(Number(high), AtLeast(low, x)); }
HWY_INLINE hn::Mask<D> Within(V x, float low, float high) {
  return hn::And(hn::Ge(x, Number(low)), hn::Le(x, Number(high)));
}

HWY_INLINE V Sign(V x) {
  const V one = Number(1);
  return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), one, hn::IfThenElseZero(hn::Lt(x, hn::Zero(d)), hn::Neg(one)));
}

/// x^exponent for x >= 0.
HWY_INLINE V Power(V x, float exponent) { return ExpOf(d, hn::Mul(Number(exponent), LogOf(d, AtLeast(1e-30f, x)))); }

constexpr float kSmallest = 1e-7f;

struct SquaredError {
  HWY_INLINE Scored operator()(V y, V t) const {
    const V e = hn::Sub(y, t);
    return {hn::Mul(e, e), hn::Add(e, e)};
  }
};

struct AbsoluteError {
  HWY_INLINE Scored operator()(V y, V t) const {
    const V e = hn::Sub(y, t);
    return {hn::Abs(e), Sign(e)};
  }
};

struct AbsolutePercentageError {
  HWY_INLINE Scored operator()(V y, V t) const {
    const V e = hn::Sub(y, t), size = AtLeast(kSmallest, hn::Abs(t));
    return {hn::Div(hn::Abs(e), size), hn::Div(Sign(e), size)};
  }
};

struct SquaredLogarithmicError {
  HWY_INLINE Scored operator()(V y, V t) const {
    const V shifted = hn::Add(AtLeast(kSmallest, y), Number(1));
    const V e = hn::Sub(LogOf(d, shifted), LogOf(d, hn::Add(AtLeast(kSmallest, t), Number(1))));
    const V slope = hn::Div(hn::Add(e, e), shifted);
    return {hn::Mul(e, e), hn::IfThenElseZero(hn::Ge(y, Number(kSmallest)), slope)};
  }
};

struct Huber {
  float delta;
  HWY_INLINE Scored operator()(V y, V t) const {
    const V e = hn::Sub(y, t), size = hn::Abs(e), half = Number(0.5f), bound = Number(delta);
    const V linear = hn::Mul(bound, hn::Sub(size, hn::Mul(half, bound)));
    const auto is_near = hn::Le(size, bound);
    return {hn::IfThenElse(is_near, hn::Mul(half, hn::Mul(e, e)), linear),
            hn::IfThenElse(is_near, e, hn::Mul(bound, Sign(e)))};
  }
};

struct LogCosh {
  HWY_INLINE Scored operator()(V y, V t) const {
    const V e = hn::Sub(y, t);
    const V value = hn::Sub(hn::Add(e, SoftplusOf(d, hn::Mul(e, Number(-2)))), Number(0.69314718f));
    return {value, TanhOf(d, e)};
  }
};

struct Poisson {
  HWY_INLINE Scored operator()(V y, V t) const {
    const V mean = hn::Add(y, Number(kSmallest));
    return {hn::Sub(y, hn::Mul(t, LogOf(d, mean))), hn::Sub(Number(1), hn::Div(t, mean))};
  }
};

struct KLDivergence {
  HWY_INLINE Scored operator()(V y, V t) const {
    const V p = Cut(y, kSmallest, 1), target = Cut(t, kSmallest, 1);
    return {hn::Mul(target, LogOf(d, hn::Div(target, p))),
            hn::IfThenElseZero(Within(y, kSmallest, 1), hn::Neg(hn::Div(target, p)))};
  }
};

struct Hinge {
  bool bits;  ///< Targets are 0 and 1.
  bool squared;
  HWY_INLINE Scored operator()(V y, V t) const {
    const V sign = bits ? hn::Sub(hn::Add(t, t), Number(1)) : t;
    const V margin = hn::Sub(Number(1), hn::Mul(sign, y)), value = AtLeast(0, margin);
    const V slope = hn::IfThenElseZero(hn::Ge(margin, hn::Zero(d)), hn::Neg(sign));
    if (!squared) return {value, slope};
    return {hn::Mul(value, value), hn::Mul(slope, hn::Add(value, value))};
  }
};

/// Binary cross-entropy of p = sigmoid(y).
struct CrossEntropyOfLogits {
  HWY_INLINE V Probability(V y) const { return LogisticOf(d, y); }
  HWY_INLINE V ProbabilitySlope(V p) const { return hn::Mul(p, hn::Sub(Number(1), p)); }
  HWY_INLINE Scored operator()(V y, V t) const {
    return {hn::Sub(SoftplusOf(d, y), hn::Mul(y, t)), hn::Sub(LogisticOf(d, y), t)};
  }
};

/// Binary cross-entropy of p = y.
struct CrossEntropyOfProbabilities {
  HWY_INLINE V Probability(V y) const { return y; }
  HWY_INLINE V ProbabilitySlope(V) const { return Number(1); }
  HWY_INLINE Scored operator()(V y, V t) const {
    const V one = Number(1), p = Cut(y, kSmallest, 1 - kSmallest), rest = hn::Sub(one, p), other = hn::Sub(one, t);
    const V sum = hn::Add(hn::Mul(t, LogOf(d, p)), hn::Mul(other, LogOf(d, rest)));
    const V slope = hn::Sub(hn::Div(other, rest), hn::Div(t, p));
    return {hn::Neg(sum), hn::IfThenElseZero(Within(y, kSmallest, 1 - kSmallest), slope)};
  }
};

template <class CrossEntropy>
struct Binary {
  const PointwiseLoss& loss;
  HWY_INLINE V Target(V t) const {
    return hn::Add(hn::Mul(t, Number(1 - loss.smoothing)), Number(0.5f * loss.smoothing));
  }
  HWY_INLINE Scored operator()(V y, V t) const { return CrossEntropy()(y, Target(t)); }
};

/// Lin et al. 2017, "Focal loss for dense object detection".
template <class CrossEntropy>
struct Focal : Binary<CrossEntropy> {
  HWY_INLINE Scored operator()(V y, V given) const {
    const CrossEntropy entropy;
    const PointwiseLoss& loss = this->loss;
    const V one = Number(1), t = this->Target(given), p = entropy.Probability(y), other = hn::Sub(one, t);
    const V miss = hn::Sub(one, hn::Add(hn::Mul(t, p), hn::Mul(other, hn::Sub(one, p))));
    const V miss_slope = hn::Mul(hn::Sub(other, t), entropy.ProbabilitySlope(p));
    const V balance =
        loss.balanced ? hn::Add(hn::Mul(t, Number(loss.alpha)), hn::Mul(other, Number(1 - loss.alpha))) : one;
    const V focus = hn::Mul(balance, Power(miss, loss.gamma));
    const V focus_slope = hn::Mul(hn::Mul(balance, Number(loss.gamma)), Power(miss, loss.gamma - 1));
    const Scored plain = entropy(y, t);
    return {hn::Mul(focus, plain.value),
            hn::Add(hn::Mul(hn::Mul(focus_slope, miss_slope), plain.value), hn::Mul(focus, plain.slope))};
  }
};

template <class Function>
HWY_INLINE float ScoreRow(const Function& function, int64_t size, const float* y, const float* t, float scale,
                          float* dy) {
  V sum = hn::Zero(d);
  for (int64_t i = 0; i < size; i += L) {
    const auto mask = hn::FirstN(d, static_cast<size_t>(std::min(L, size - i)));
    const Scored scored = function(hn::MaskedLoad(mask, d, y + i), hn::MaskedLoad(mask, d, t + i));
    sum = hn::Add(sum, hn::IfThenElseZero(mask, scored.value));
    if (dy != nullptr) hn::BlendedStore(hn::Mul(scored.slope, Number(scale)), mask, d, dy + i);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

/// The arguments of pointwise_loss after the loss itself.
struct Call {
  const ScoredRows& rows;
  int64_t size;
  const float* y;
  const float* targets;
  float gradient_scale;
  float* dy;
};

template <class Function>
double Score(const Call& call, float factor, const Function& function) {
  double total = 0;
  for (int64_t row = 0; row < call.rows.count; ++row) {
    const int64_t first = row * call.size;
    const double weight = call.rows.weight(row) * static_cast<double>(factor) / static_cast<double>(call.size);
    total +=
        weight * static_cast<double>(ScoreRow(
                     function, call.size, call.y + first, call.targets + call.rows.index[row] * call.size,
                     call.gradient_scale * static_cast<float>(weight), call.dy == nullptr ? nullptr : call.dy + first));
  }
  return total;
}

bool AreBits(const Call& call) {
  const ScoredRows batch = call.rows.batch();
  for (int64_t row = 0; row < batch.count; ++row) {
    const float* target = call.targets + batch.index[row] * call.size;
    if (!std::all_of(target, target + call.size, [](float t) { return t == 0 || t == 1; })) return false;
  }
  return true;
}

template <template <class> class Function>
double ScoreBinary(const PointwiseLoss& loss, const Call& call) {
  if (loss.from_logits) return Score(call, loss.factor, Function<CrossEntropyOfLogits>{{loss}});
  return Score(call, loss.factor, Function<CrossEntropyOfProbabilities>{{loss}});
}

double Dispatch(const PointwiseLoss& loss, const Call& call) {
  using enum PointwiseLoss::Kind;
  switch (loss.kind) {
    case squared_error: return Score(call, loss.factor, SquaredError());
    case absolute_error: return Score(call, loss.factor, AbsoluteError());
    case absolute_percentage_error: return Score(call, loss.factor, AbsolutePercentageError());
    case squared_logarithmic_error: return Score(call, loss.factor, SquaredLogarithmicError());
    case huber: return Score(call, loss.factor, Huber{loss.delta});
    case log_cosh: return Score(call, loss.factor, LogCosh());
    case poisson: return Score(call, loss.factor, Poisson());
    case kl_divergence: return Score(call, loss.factor, KLDivergence());
    case hinge: return Score(call, loss.factor, Hinge{AreBits(call), false});
    case squared_hinge: return Score(call, loss.factor, Hinge{AreBits(call), true});
    case binary_cross_entropy: return ScoreBinary<Binary>(loss, call);
    case binary_focal: return ScoreBinary<Focal>(loss, call);
  }
  return 0;
}

double Run(const PointwiseLoss& loss, const ScoredRows& rows, int64_t size, const float* y, const float* targets,
           float gradient_scale, float* dy) {
  return Dispatch(loss, {rows, size, y, targets, gradient_scale, dy});
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Run);

double pointwise_loss(const PointwiseLoss& loss, const ScoredRows& rows, int64_t size, const float* y,
                      const float* targets, float gradient_scale, float* dy) {
  return HWY_DYNAMIC_DISPATCH(Run)(loss, rows, size, y, targets, gradient_scale, dy);
}

}  // namespace sluice
#endif
