#include "sluice/tensor/vector_loss.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/vector_loss.cc"
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
using M = hn::Mask<D>;
constexpr D d;
constexpr int64_t L = HWY_LANES(float);
constexpr float kSmallest = 1e-7f;

HWY_INLINE V Number(float x) { return hn::Set(d, x); }

/// Calls visit(i, mask) for each group of elements.
template <class Visit>
HWY_INLINE void ForGroups(int64_t n, const Visit& visit) {
  for (int64_t i = 0; i < n; i += L) visit(i, hn::FirstN(d, static_cast<size_t>(std::min(L, n - i))));
}

/// The sum of what `term(i, mask)` returns, which must be zero outside of the mask.
template <class Term>
HWY_INLINE float Sum(int64_t n, const Term& term) {
  V sum = hn::Zero(d);
  ForGroups(n, [&](int64_t i, M mask) HWY_ATTR { sum = hn::Add(sum, term(i, mask)); });
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

HWY_INLINE float SumProducts(int64_t n, const float* a, const float* b) {
  return Sum(n, [&](int64_t i, M mask)
                    HWY_ATTR { return hn::Mul(hn::MaskedLoad(mask, d, a + i), hn::MaskedLoad(mask, d, b + i)); });
}

/// Runs `score(y, t, scale, dy)`, a loss of one vector, over the rows.
template <class Score>
double ForVectors(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y, const float* targets,
                  float gradient_scale, float* dy, const Score& score) {
  double total = 0;
  for (int64_t row = 0; row < rows.count; ++row) {
    const double weight = rows.weight(row) / static_cast<double>(vectors);
    const float scale = gradient_scale * static_cast<float>(weight);
    for (int64_t vector = 0; vector < vectors; ++vector, y += n) {
      const float* target = targets + (rows.index[row] * vectors + vector) * n;
      total += weight * static_cast<double>(score(y, target, scale, dy));
      if (dy != nullptr) dy += n;
    }
  }
  return total;
}

/// Cross-entropy of q = y / sum(y), cut, and its derivative by q.
struct OfShares {
  float smoothing, rest, alpha, gamma;

  /// (1 - q)^exponent.
  HWY_INLINE V Miss(V q, float exponent) const {
    return ExpOf(d, hn::Mul(Number(exponent), LogOf(d, hn::Sub(Number(1), q))));
  }
  HWY_INLINE V Value(V cut, V log, V given) const {
    const V t = hn::Add(hn::Mul(given, Number(1 - smoothing)), Number(rest));
    const V entropy = hn::Neg(hn::Mul(t, log));
    return gamma == 0 && alpha == 1 ? entropy : hn::Mul(entropy, hn::Mul(Number(alpha), Miss(cut, gamma)));
  }
  HWY_INLINE V Slope(V q, V cut, V log, V given) const {
    const V t = hn::Add(hn::Mul(given, Number(1 - smoothing)), Number(rest));
    V slope = hn::Neg(hn::Div(t, cut));
    if (gamma != 0 || alpha != 1) {
      const V turned = hn::Mul(hn::Mul(t, log), hn::Mul(Number(gamma), Miss(cut, gamma - 1)));
      slope = hn::Mul(Number(alpha), hn::Add(hn::Mul(slope, Miss(cut, gamma)), turned));
    }
    const auto uncut = hn::And(hn::Ge(q, Number(kSmallest)), hn::Le(q, Number(1 - kSmallest)));
    return hn::IfThenElseZero(uncut, slope);
  }

  HWY_INLINE float operator()(int64_t n, const float* y, const float* target, float scale, float* dy) const {
    const float sum = Sum(n, [&](int64_t i, M mask) HWY_ATTR { return hn::MaskedLoad(mask, d, y + i); });
    V dot = hn::Zero(d);
    const float value = Sum(n, [&](int64_t i, M mask) HWY_ATTR {
      const V q = hn::Div(hn::MaskedLoad(mask, d, y + i), Number(sum));
      const V cut = hn::Min(Number(1 - kSmallest), hn::Max(Number(kSmallest), q));
      const V log = LogOf(d, cut), t = hn::MaskedLoad(mask, d, target + i);
      if (dy != nullptr) {
        const V slope = hn::IfThenElseZero(mask, Slope(q, cut, log, t));
        dot = hn::Add(dot, hn::Mul(slope, q));
        hn::BlendedStore(slope, mask, d, dy + i);
      }
      return hn::IfThenElseZero(mask, Value(cut, log, t));
    });
    if (dy == nullptr) return value;
    const V mean = hn::SumOfLanes(d, dot);
    ForGroups(n, [&](int64_t i, M mask) HWY_ATTR {
      const V slope = hn::Sub(hn::MaskedLoad(mask, d, dy + i), mean);
      hn::BlendedStore(hn::Mul(slope, Number(scale / sum)), mask, d, dy + i);
    });
    return value;
  }
};

double NormalizedCrossEntropy(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y, const float* targets,
                              float smoothing, const Focus& focus, float gradient_scale, float* dy) {
  const OfShares score{smoothing, smoothing / static_cast<float>(n), focus.alpha, focus.gamma};
  return ForVectors(rows, vectors, n, y, targets, gradient_scale, dy,
                    [&](const float* from, const float* target, float scale, float* to)
                        HWY_ATTR { return score(n, from, target, scale, to); });
}

/// 1 / |x|, at most 1e7.
HWY_INLINE float InverseNorm(int64_t n, const float* x) {
  const V norm = hn::Sqrt(Number(SumProducts(n, x, x)));
  return hn::GetLane(hn::Min(Number(1 / kSmallest), hn::Div(Number(1), norm)));
}

double CosineSimilarity(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y, const float* targets,
                        float factor, float gradient_scale, float* dy) {
  return ForVectors(rows, vectors, n, y, targets, gradient_scale, dy,
                    [&](const float* from, const float* target, float scale, float* to) HWY_ATTR {
                      const float length = InverseNorm(n, from), other = InverseNorm(n, target);
                      const float cosine = SumProducts(n, from, target) * length * other;
                      if (to == nullptr) return factor * cosine;
                      const float own = length < 1 / kSmallest ? cosine * length * length : 0, step = scale * factor;
                      ForGroups(n, [&](int64_t i, M mask) HWY_ATTR {
                        const V towards = hn::Mul(hn::MaskedLoad(mask, d, target + i), Number(length * other));
                        const V slope = hn::Sub(towards, hn::Mul(hn::MaskedLoad(mask, d, from + i), Number(own)));
                        hn::BlendedStore(hn::Mul(slope, Number(step)), mask, d, to + i);
                      });
                      return factor * cosine;
                    });
}

/// The largest (1 - t) · y, and how many elements have it.
struct Rival {
  float value;
  float count;
};

HWY_INLINE Rival FindRival(int64_t n, const float* y, const float* target) {
  Rival rival{-std::numeric_limits<float>::infinity(), 0};
  for (int64_t i = 0; i < n; ++i) {
    const float value = (1 - target[i]) * y[i];
    if (value > rival.value) rival = {value, 0};
    rival.count += value == rival.value ? 1.0f : 0.0f;
  }
  return rival;
}

double CategoricalHinge(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y, const float* targets,
                        float gradient_scale, float* dy) {
  return ForVectors(rows, vectors, n, y, targets, gradient_scale, dy,
                    [&](const float* from, const float* target, float scale, float* to) HWY_ATTR {
                      const Rival rival = FindRival(n, from, target);
                      const float margin = rival.value - SumProducts(n, from, target) + 1;
                      if (to == nullptr) return margin < 0 ? 0 : margin;
                      const float step = margin < 0 ? 0 : scale;
                      for (int64_t i = 0; i < n; ++i) {
                        const float rest = 1 - target[i];
                        const float share = rest * from[i] == rival.value ? rest / rival.count : 0;
                        to[i] = step * (share - target[i]);
                      }
                      return margin < 0 ? 0 : margin;
                    });
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(NormalizedCrossEntropy);
HWY_EXPORT(CosineSimilarity);
HWY_EXPORT(CategoricalHinge);

double normalized_cross_entropy(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y,
                                const float* targets, float smoothing, const Focus& focus, float gradient_scale,
                                float* dy) {
  return HWY_DYNAMIC_DISPATCH(NormalizedCrossEntropy)(rows, vectors, n, y, targets, smoothing, focus, gradient_scale,
                                                      dy);
}

double cosine_similarity(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y, const float* targets,
                         float factor, float gradient_scale, float* dy) {
  return HWY_DYNAMIC_DISPATCH(CosineSimilarity)(rows, vectors, n, y, targets, factor, gradient_scale, dy);
}

double categorical_hinge(const ScoredRows& rows, int64_t vectors, int64_t n, const float* y, const float* targets,
                         float gradient_scale, float* dy) {
  return HWY_DYNAMIC_DISPATCH(CategoricalHinge)(rows, vectors, n, y, targets, gradient_scale, dy);
}

}  // namespace sluice
#endif
