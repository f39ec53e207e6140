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

double SparseCrossEntropy(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits,
                          const int32_t* labels, int32_t ignored, float gradient_scale, float* dlogits) {
  const double share = InverseShare(rows, vectors, labels, ignored) / static_cast<double>(vectors);
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
