#include "sluice/tensor/activation_vectors.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "sluice/tensor/activation.h"
#include "sluice/tensor/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/activation_vectors.cc"
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

/// y = function(y, a, b), element by element.
template <class Function>
HWY_INLINE void Each(int64_t n, const float* a, const float* b, float* y, const Function& function) {
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    const V value =
        function(hn::MaskedLoad(mask, d, y + i), hn::MaskedLoad(mask, d, a + i), hn::MaskedLoad(mask, d, b + i));
    hn::BlendedStore(value, mask, d, y + i);
  }
}

HWY_INLINE float Largest(int64_t n, const float* x) {
  V largest = hn::Set(d, -std::numeric_limits<float>::infinity());
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    largest = hn::IfThenElse(mask, hn::Max(largest, hn::MaskedLoad(mask, d, x + i)), largest);
  }
  return hn::GetLane(hn::MaxOfLanes(d, largest));
}

HWY_INLINE float SumOfExponentials(int64_t n, const float* x, float shift) {
  V sum = hn::Zero(d);
  for (int64_t i = 0; i < n; i += L) {
    const auto mask = MaskAt(i, n);
    const V value = ExpOf(d, hn::Sub(hn::MaskedLoad(mask, d, x + i), hn::Set(d, shift)));
    sum = hn::Add(sum, hn::IfThenElseZero(mask, value));
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

HWY_INLINE float SumOf(int64_t n, const float* x) {
  V sum = hn::Zero(d);
  for (int64_t i = 0; i < n; i += L) sum = hn::Add(sum, hn::MaskedLoad(MaskAt(i, n), d, x + i));
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

void LogSoftmax(int64_t vectors, int64_t classes, const float* x, float* y) {
  for (int64_t vector = 0; vector < vectors; ++vector, x += classes, y += classes) {
    const float largest = Largest(classes, x);
    const V shift = hn::Set(d, largest);
    const V logarithm = LogOf(d, hn::Set(d, SumOfExponentials(classes, x, largest)));
    Each(classes, x, x, y, [&](V, V value, V) HWY_ATTR { return hn::Sub(hn::Sub(value, shift), logarithm); });
  }
}

void LogSoftmaxBackward(int64_t vectors, int64_t classes, const float* y, const float* dy, float* dx) {
  for (int64_t vector = 0; vector < vectors; ++vector, y += classes, dy += classes, dx += classes) {
    const V sum = hn::Set(d, SumOf(classes, dy));
    Each(classes, y, dy, dx, [&](V, V value, V slope) HWY_ATTR { return hn::NegMulAdd(ExpOf(d, value), sum, slope); });
  }
}

/// What a vector is lowered by before it is cut at 0, and how many of its elements form the support.
struct SparsemaxCut {
  float threshold;
  int64_t support;
};

/// `sorted(i)` falls.
template <class Sorted>
SparsemaxCut CutOf(int64_t classes, const Sorted& sorted) {
  float sum = 0, sums = 0;
  int64_t support = 0;
  for (; support < classes; ++support) {
    const float longer = sum + sorted(support);
    if (!(sorted(support) > (longer - 1) / static_cast<float>(support + 1))) break;
    sum = longer;
    sums += sum;
  }
  return {(sums - 1) / static_cast<float>(std::max<int64_t>(support, 1)), support};
}

void Sparsemax(int64_t vectors, int64_t classes, const float* x, float* y, float* scratch) {
  for (int64_t vector = 0; vector < vectors; ++vector, x += classes, y += classes) {
    std::copy(x, x + classes, scratch);
    std::sort(scratch, scratch + classes, std::greater<>());
    const V threshold = hn::Set(d, CutOf(classes, [&](int64_t i) { return scratch[i]; }).threshold);
    Each(classes, x, x, y, [&](V, V value, V) HWY_ATTR { return hn::Max(hn::Zero(d), hn::Sub(value, threshold)); });
  }
}

/// The places of a vector's elements, those of the largest first; the earlier one on a tie.
void SortPlaces(int64_t classes, const float* x, float* places) {
  std::iota(places, places + classes, 0.0f);
  std::sort(places, places + classes, [x](float a, float b) {
    const float left = x[static_cast<int64_t>(a)], right = x[static_cast<int64_t>(b)];
    return left > right || (left == right && a < b);
  });
}

void SparsemaxBackward(int64_t vectors, int64_t classes, const float* x, const float* dy, float* dx, float* places) {
  for (int64_t vector = 0; vector < vectors; ++vector, x += classes, dy += classes, dx += classes) {
    SortPlaces(classes, x, places);
    const auto [threshold, support] = CutOf(classes, [&](int64_t i) { return x[static_cast<int64_t>(places[i])]; });
    float sum = 0;
    for (int64_t i = 0; i < classes; ++i) {
      dx[i] = x[i] >= threshold ? dy[i] : 0;
      sum += dx[i];
    }
    for (int64_t i = 0; i < support; ++i)
      dx[static_cast<int64_t>(places[i])] -= sum * static_cast<float>(support - i) / static_cast<float>(support);
  }
}

void StridedSoftmax(int64_t outer, int64_t classes, int64_t inner, const float* x, float* y, float* scratch) {
  float* largest = scratch;
  float* sums = scratch + inner;
  for (int64_t i = 0; i < outer; ++i, x += classes * inner, y += classes * inner) {
    std::copy(x, x + inner, largest);
    for (int64_t c = 1; c < classes; ++c) {
      Each(inner, x + c * inner, x, largest, [](V sofar, V value, V) HWY_ATTR { return hn::Max(sofar, value); });
    }
    std::fill(sums, sums + inner, 0.0f);
    for (int64_t c = 0; c < classes; ++c) {
      float* row = y + c * inner;
      Each(inner, x + c * inner, largest, row,
           [](V, V value, V most) HWY_ATTR { return ExpOf(d, hn::Sub(value, most)); });
      Each(inner, row, row, sums, [](V sum, V value, V) HWY_ATTR { return hn::Add(sum, value); });
    }
    for (int64_t c = 0; c < classes; ++c) {
      Each(inner, sums, sums, y + c * inner, [](V value, V sum, V) HWY_ATTR { return hn::Div(value, sum); });
    }
  }
}

void StridedSoftmaxBackward(int64_t outer, int64_t classes, int64_t inner, const float* y, const float* dy, float* dx,
                            float* scratch) {
  for (int64_t i = 0; i < outer; ++i, y += classes * inner, dy += classes * inner, dx += classes * inner) {
    std::fill(scratch, scratch + inner, 0.0f);
    for (int64_t c = 0; c < classes; ++c) {
      Each(inner, y + c * inner, dy + c * inner, scratch,
           [](V sum, V value, V slope) HWY_ATTR { return hn::MulAdd(value, slope, sum); });
    }
    if (dx != dy) std::copy(dy, dy + classes * inner, dx);
    for (int64_t c = 0; c < classes; ++c) {
      Each(inner, y + c * inner, scratch, dx + c * inner,
           [](V slope, V value, V dot) HWY_ATTR { return hn::Mul(value, hn::Sub(slope, dot)); });
    }
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(LogSoftmax);
HWY_EXPORT(LogSoftmaxBackward);
HWY_EXPORT(Sparsemax);
HWY_EXPORT(SparsemaxBackward);
HWY_EXPORT(StridedSoftmax);
HWY_EXPORT(StridedSoftmaxBackward);

void log_softmax(int64_t vectors, int64_t classes, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(LogSoftmax)(vectors, classes, x, y);
}

void log_softmax_backward(int64_t vectors, int64_t classes, const float* y, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(LogSoftmaxBackward)(vectors, classes, y, dy, dx);
}

void sparsemax(int64_t vectors, int64_t classes, const float* x, float* y, float* scratch) {
  HWY_DYNAMIC_DISPATCH(Sparsemax)(vectors, classes, x, y, scratch);
}

void sparsemax_backward(int64_t vectors, int64_t classes, const float* x, const float* dy, float* dx, float* scratch) {
  HWY_DYNAMIC_DISPATCH(SparsemaxBackward)(vectors, classes, x, dy, dx, scratch);
}

void glu(int64_t vectors, int64_t classes, const float* x, float* y) {
  const int64_t half = classes / 2;
  for (int64_t vector = 0; vector < vectors; ++vector, x += classes, y += half) {
    activate(Activation::sigmoid, half, x + half, y);
    multiply(half, x, y, y);
  }
}

void glu_backward(int64_t vectors, int64_t classes, const float* x, const float* dy, float* dx, float* scratch) {
  const int64_t half = classes / 2;
  for (int64_t vector = 0; vector < vectors; ++vector, x += classes, dy += half, dx += classes) {
    activate(Activation::sigmoid, half, x + half, scratch);
    for (int64_t i = 0; i < half; ++i) {
      dx[i] = dy[i] * scratch[i];
      dx[half + i] = dx[i] * x[i] * (1 - scratch[i]);
    }
  }
}

void strided_softmax(int64_t outer, int64_t classes, int64_t inner, const float* x, float* y, float* scratch) {
  HWY_DYNAMIC_DISPATCH(StridedSoftmax)(outer, classes, inner, x, y, scratch);
}

void strided_softmax_backward(int64_t outer, int64_t classes, int64_t inner, const float* y, const float* dy, float* dx,
                              float* scratch) {
  HWY_DYNAMIC_DISPATCH(StridedSoftmaxBackward)(outer, classes, inner, y, dy, dx, scratch);
}

}  // namespace sluice
#endif
