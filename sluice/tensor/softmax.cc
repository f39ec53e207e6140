#include "sluice/tensor/softmax.h"

#include <algorithm>
#include <limits>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/softmax.cc"
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

HWY_INLINE hn::Mask<D> MaskAt(int64_t i, int64_t n) { return hn::FirstN(d, static_cast<size_t>(std::min(L, n - i))); }

/// Stores the first `count` values. A masked store takes twelve cycles on some processors.
HWY_INLINE void StorePart(V values, int64_t count, float* to) {
  HWY_ALIGN float all[HWY_LANES(float)];
  hn::Store(values, d, all);
  for (int64_t i = 0; i < count; ++i) to[i] = all[i];
}

HWY_INLINE void StoreAt(V values, int64_t i, int64_t n, float* y) {
  if (n - i >= L) return hn::StoreU(values, d, y + i);
  StorePart(values, n - i, y + i);
}

HWY_INLINE float Largest(int64_t n, const float* x) {
  V largest = hn::Set(d, -std::numeric_limits<float>::infinity());
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    largest = hn::IfThenElse(mask, hn::Max(largest, hn::MaskedLoad(mask, d, x + i)), largest);
  }
  return hn::GetLane(hn::MaxOfLanes(d, largest));
}

HWY_INLINE float SumProducts(int64_t n, const float* a, const float* b) {
  V sum = hn::Zero(d);
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    sum = hn::MulAdd(hn::MaskedLoad(mask, d, a + i), hn::MaskedLoad(mask, d, b + i), sum);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

HWY_INLINE float Sum(int64_t n, const float* x) {
  V sum = hn::Zero(d);
  for (int64_t i = 0; i < n; i += L) sum = hn::Add(sum, hn::MaskedLoad(MaskAt(i, n), d, x + i));
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

/// y = exp(x - shift) where y is not null; returns the sum.
HWY_INLINE float Exponentials(int64_t n, const float* x, float shift, float* y) {
  V sum = hn::Zero(d);
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    const V value = hn::IfThenElseZero(mask, ExpOf(d, hn::Sub(hn::MaskedLoad(mask, d, x + i), hn::Set(d, shift))));
    sum = hn::Add(sum, value);
    if (y != nullptr) StoreAt(value, i, n, y);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

/// y = x · factor + offset + y · own.
HWY_INLINE void Combine(int64_t n, const float* x, float factor, float offset, float own, float* y) {
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    const V scaled = hn::MulAdd(hn::MaskedLoad(mask, d, y + i), hn::Set(d, own), hn::Set(d, offset));
    hn::BlendedStore(hn::MulAdd(hn::MaskedLoad(mask, d, x + i), hn::Set(d, factor), scaled), mask, d, y + i);
  }
}

HWY_INLINE void Multiply(int64_t n, float factor, float* y) {
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    StoreAt(hn::Mul(hn::MaskedLoad(mask, d, y + i), hn::Set(d, factor)), i, n, y);
  }
}

HWY_INLINE float Logarithm(float x) { return hn::GetLane(LogOf(d, hn::Set(d, x))); }

void Softmax(int64_t rows, int64_t classes, const float* x, float* y) {
  for (int64_t row = 0; row < rows; ++row, x += classes, y += classes) {
    const float sum = Exponentials(classes, x, Largest(classes, x), y);
    Multiply(classes, 1.0f / sum, y);
  }
}

void SoftmaxBackward(int64_t rows, int64_t classes, const float* y, const float* dy, float* dx) {
  for (int64_t row = 0; row < rows; ++row, y += classes, dy += classes, dx += classes) {
    const V dot = hn::Set(d, SumProducts(classes, y, dy));
    for (int64_t i = 0; i < classes; i += L) {
      const auto mask = MaskAt(i, classes);
      const V gradient = hn::Sub(hn::MaskedLoad(mask, d, dy + i), dot);
      hn::BlendedStore(hn::Mul(hn::MaskedLoad(mask, d, y + i), gradient), mask, d, dx + i);
    }
  }
}

/// How many times the vectors that count all vectors are; 0 when none counts.
double InverseShare(const ScoredRows& rows, int64_t vectors, const int32_t* labels, int32_t ignored) {
  const ScoredRows batch = rows.batch();
  int64_t counted = 0;
  for (int64_t row = 0; row < batch.count; ++row) {
    const int32_t* label = labels + batch.index[row] * vectors;
    counted += vectors - std::count(label, label + vectors, ignored);
  }
  return counted == 0 ? 0 : static_cast<double>(batch.count * vectors) / static_cast<double>(counted);
}

/// Vectors of so few classes are taken one in each lane.
constexpr int64_t few = 8;

/// Vectors of few classes, one in each lane, with what each counts.
struct FewClasses {
  double weights[HWY_LANES(float)] = {};
  HWY_ALIGN float labels[HWY_LANES(float)] = {}, scales[HWY_LANES(float)] = {};
  HWY_ALIGN float z[few * HWY_LANES(float)] = {};  // [class][lane]

  void Set(int64_t lane, int64_t classes, const float* logits, int32_t label, double weight, float scale) {
    for (int64_t c = 0; c < classes; ++c) z[c * L + lane] = logits[c];
    labels[lane] = static_cast<float>(label);
    weights[lane] = weight;
    scales[lane] = scale;
  }

  /// Turns z into gradients; returns the weighted sum of the losses of the first `count` lanes.
  double Score(int64_t classes, int64_t count) {
    V largest = hn::Load(d, z);
    for (int64_t c = 1; c < classes; ++c) largest = hn::Max(largest, hn::Load(d, z + c * L));
    const V label = hn::Load(d, labels), scale = hn::Load(d, scales);
    V sum = hn::Zero(d), given = hn::Zero(d);
    for (int64_t c = 0; c < classes; ++c) {
      const V shifted = hn::Sub(hn::Load(d, z + c * L), largest), value = ExpOf(d, shifted);
      given = hn::IfThenElse(hn::Eq(label, hn::Set(d, static_cast<float>(c))), shifted, given);
      sum = hn::Add(sum, value);
      hn::Store(value, d, z + c * L);
    }
    const V factor = hn::Div(scale, sum);
    for (int64_t c = 0; c < classes; ++c) {
      const V target = hn::IfThenElseZero(hn::Eq(label, hn::Set(d, static_cast<float>(c))), scale);
      hn::Store(hn::MulSub(hn::Load(d, z + c * L), factor, target), d, z + c * L);
    }
    HWY_ALIGN float losses[HWY_LANES(float)];
    hn::Store(hn::Sub(LogOf(d, sum), given), d, losses);
    double total = 0;
    for (int64_t lane = 0; lane < count; ++lane) total += weights[lane] * static_cast<double>(losses[lane]);
    return total;
  }

  void Get(int64_t lane, int64_t classes, float* dlogits) const {
    for (int64_t c = 0; c < classes; ++c) dlogits[c] = z[c * L + lane];
  }
};

/// SparseCrossEntropy of one vector a row, none of which is ignored.
double SparseCrossEntropyOfFew(const ScoredRows& rows, int64_t classes, const float* logits, const int32_t* labels,
                               float gradient_scale, float* dlogits) {
  double total = 0;
  for (int64_t first = 0; first < rows.count; first += L) {
    FewClasses group;
    const int64_t count = std::min(L, rows.count - first);
    for (int64_t lane = 0; lane < count; ++lane, logits += classes) {
      const double weight = rows.weight(first + lane);
      group.Set(lane, classes, logits, labels[rows.index[first + lane]], weight,
                gradient_scale * static_cast<float>(weight));
    }
    total += group.Score(classes, count);
    if (dlogits == nullptr) continue;
    for (int64_t lane = 0; lane < count; ++lane, dlogits += classes) group.Get(lane, classes, dlogits);
  }
  return total;
}

double SparseCrossEntropy(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits,
                          const int32_t* labels, int32_t ignored, float gradient_scale, float* dlogits) {
  const double inverse_share = InverseShare(rows, vectors, labels, ignored);
  if (vectors == 1 && classes <= few && inverse_share == 1)
    return SparseCrossEntropyOfFew(rows, classes, logits, labels, gradient_scale, dlogits);
  const double share = inverse_share / static_cast<double>(vectors);
  double total = 0;
  for (int64_t row = 0; row < rows.count; ++row) {
    const double weight = rows.weight(row) * share;
    const float scale = gradient_scale * static_cast<float>(weight);
    for (int64_t vector = 0; vector < vectors; ++vector, logits += classes) {
      const int32_t label = labels[rows.index[row] * vectors + vector];
      if (label == ignored) {
        if (dlogits != nullptr) dlogits = std::fill_n(dlogits, classes, 0.0f);
        continue;
      }
      const float largest = Largest(classes, logits);
      const float sum = Exponentials(classes, logits, largest, dlogits);
      total += weight * (static_cast<double>(Logarithm(sum)) - static_cast<double>(logits[label] - largest));
      if (dlogits == nullptr) continue;
      Multiply(classes, scale / sum, dlogits);
      dlogits[label] -= scale;
      dlogits += classes;
    }
  }
  return total;
}

double CrossEntropy(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits, const float* targets,
                    float smoothing, float gradient_scale, float* dlogits) {
  // The smoothed target is target · kept + rest.
  const float kept = 1 - smoothing, rest = smoothing / static_cast<float>(classes);
  double total = 0;
  for (int64_t row = 0; row < rows.count; ++row) {
    const double weight = rows.weight(row) / static_cast<double>(vectors);
    const float scale = gradient_scale * static_cast<float>(weight);
    for (int64_t vector = 0; vector < vectors; ++vector, logits += classes) {
      const float* target = targets + (rows.index[row] * vectors + vector) * classes;
      const float mass = kept * Sum(classes, target) + smoothing;
      const float largest = Largest(classes, logits);
      const float sum = Exponentials(classes, logits, largest, dlogits);
      const double entropy = mass * (static_cast<double>(Logarithm(sum)) + static_cast<double>(largest)) -
                             static_cast<double>(kept * SumProducts(classes, target, logits)) -
                             static_cast<double>(rest * Sum(classes, logits));
      total += weight * entropy;
      if (dlogits == nullptr) continue;
      Combine(classes, target, -scale * kept, -scale * rest, mass * scale / sum, dlogits);
      dlogits += classes;
    }
  }
  return total;
}

constexpr float smallest = 1e-7f;

void LogProbabilities(int64_t n, const float* p, float* z) {
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    const V cut = hn::Min(hn::Max(hn::MaskedLoad(mask, d, p + i), hn::Set(d, smallest)), hn::Set(d, 1 - smallest));
    hn::BlendedStore(LogOf(d, cut), mask, d, z + i);
  }
}

void LogProbabilitiesBackward(int64_t n, const float* p, const float* dz, float* dp) {
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    const V value = hn::MaskedLoad(mask, d, p + i);
    const auto uncut = hn::And(hn::Ge(value, hn::Set(d, smallest)), hn::Le(value, hn::Set(d, 1 - smallest)));
    hn::BlendedStore(hn::IfThenElseZero(uncut, hn::Div(hn::MaskedLoad(mask, d, dz + i), value)), mask, d, dp + i);
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Softmax);
HWY_EXPORT(SoftmaxBackward);
HWY_EXPORT(SparseCrossEntropy);
HWY_EXPORT(CrossEntropy);
HWY_EXPORT(LogProbabilities);
HWY_EXPORT(LogProbabilitiesBackward);

void softmax(int64_t rows, int64_t classes, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(Softmax)(rows, classes, x, y);
}

void softmax_backward(int64_t rows, int64_t classes, const float* y, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(SoftmaxBackward)(rows, classes, y, dy, dx);
}

double sparse_softmax_cross_entropy(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits,
                                    const int32_t* labels, int32_t ignored, float gradient_scale, float* dlogits) {
  return HWY_DYNAMIC_DISPATCH(SparseCrossEntropy)(rows, vectors, classes, logits, labels, ignored, gradient_scale,
                                                  dlogits);
}

double softmax_cross_entropy(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits,
                             const float* targets, float smoothing, float gradient_scale, float* dlogits) {
  return HWY_DYNAMIC_DISPATCH(CrossEntropy)(rows, vectors, classes, logits, targets, smoothing, gradient_scale,
                                            dlogits);
}

void log_probabilities(int64_t n, const float* p, float* z) { HWY_DYNAMIC_DISPATCH(LogProbabilities)(n, p, z); }

void log_probabilities_backward(int64_t n, const float* p, const float* dz, float* dp) {
  HWY_DYNAMIC_DISPATCH(LogProbabilitiesBackward)(n, p, dz, dp);
}

}  // namespace sluice
#endif
