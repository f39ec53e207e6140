#include "sluice/tensor/pooling.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/pooling.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
constexpr D d;
constexpr int64_t L = HWY_LANES(float);

/// The part of a window that lies inside of the image.
struct Window {
  int64_t top, bottom, left, right;

  Window(const PoolShape& s, int64_t i, int64_t j)
      : top(std::max<int64_t>(i * s.stride_height - s.pad_top, 0)),
        bottom(std::min(i * s.stride_height - s.pad_top + s.pool_height, s.height)),
        left(std::max<int64_t>(j * s.stride_width - s.pad_left, 0)),
        right(std::min(j * s.stride_width - s.pad_left + s.pool_width, s.width)) {}

  float share() const { return 1.0f / static_cast<float>((bottom - top) * (right - left)); }
};

/// Calls `kernel.Vector(window, x offset of the plane, y offset, mask)` for every window and L values of `inner`.
template <class Kernel>
HWY_INLINE void ForEachWindow(const PoolShape& s, const Kernel& kernel) {
  for (int64_t outer = 0; outer < s.outer; ++outer) {
    const int64_t plane = outer * s.height * s.width * s.inner;
    for (int64_t i = 0; i < s.out_height; ++i) {
      for (int64_t j = 0; j < s.out_width; ++j) {
        const Window window(s, i, j);
        const int64_t at = ((outer * s.out_height + i) * s.out_width + j) * s.inner;
        for (int64_t k = 0; k < s.inner; k += L) {
          kernel.Vector(s, window, plane + k, at + k, hn::FirstN(d, static_cast<size_t>(std::min(L, s.inner - k))));
        }
      }
    }
  }
}

using Mask = hn::Mask<D>;

struct MaxForward {
  const float* x;
  float* y;
  HWY_INLINE void Vector(const PoolShape& s, const Window& w, int64_t plane, int64_t at, Mask mask) const {
    V largest = hn::Set(d, -std::numeric_limits<float>::infinity());
    for (int64_t u = w.top; u < w.bottom; ++u) {
      for (int64_t v = w.left; v < w.right; ++v) {
        largest = hn::Max(largest, hn::MaskedLoad(mask, d, x + plane + (u * s.width + v) * s.inner));
      }
    }
    hn::BlendedStore(largest, mask, d, y + at);
  }
};

struct MaxBackward {
  const float* x;
  const float* y;
  const float* dy;
  float* dx;
  HWY_INLINE void Vector(const PoolShape& s, const Window& w, int64_t plane, int64_t at, Mask mask) const {
    const V largest = hn::MaskedLoad(mask, d, y + at);
    const V gradient = hn::MaskedLoad(mask, d, dy + at);
    Mask open = mask;  // lanes whose first largest value has not been met yet
    for (int64_t u = w.top; u < w.bottom; ++u) {
      for (int64_t v = w.left; v < w.right; ++v) {
        const int64_t place = plane + (u * s.width + v) * s.inner;
        const Mask here = hn::And(open, hn::Eq(hn::MaskedLoad(mask, d, x + place), largest));
        open = hn::AndNot(here, open);
        const V sum = hn::Add(hn::MaskedLoad(mask, d, dx + place), hn::IfThenElseZero(here, gradient));
        hn::BlendedStore(sum, mask, d, dx + place);
      }
    }
  }
};

struct AverageForward {
  const float* x;
  float* y;
  HWY_INLINE void Vector(const PoolShape& s, const Window& w, int64_t plane, int64_t at, Mask mask) const {
    V sum = hn::Zero(d);
    for (int64_t u = w.top; u < w.bottom; ++u) {
      for (int64_t v = w.left; v < w.right; ++v) {
        sum = hn::Add(sum, hn::MaskedLoad(mask, d, x + plane + (u * s.width + v) * s.inner));
      }
    }
    hn::BlendedStore(hn::Mul(sum, hn::Set(d, w.share())), mask, d, y + at);
  }
};

struct AverageBackward {
  const float* dy;
  float* dx;
  HWY_INLINE void Vector(const PoolShape& s, const Window& w, int64_t plane, int64_t at, Mask mask) const {
    const V gradient = hn::Mul(hn::MaskedLoad(mask, d, dy + at), hn::Set(d, w.share()));
    for (int64_t u = w.top; u < w.bottom; ++u) {
      for (int64_t v = w.left; v < w.right; ++v) {
        float* place = dx + plane + (u * s.width + v) * s.inner;
        hn::BlendedStore(hn::Add(hn::MaskedLoad(mask, d, place), gradient), mask, d, place);
      }
    }
  }
};

void Clear(const PoolShape& s, float* dx) { std::fill(dx, dx + s.outer * s.height * s.width * s.inner, 0.0f); }

void MaxPool(const PoolShape& s, const float* x, float* y) { ForEachWindow(s, MaxForward{x, y}); }

void MaxPoolBackward(const PoolShape& s, const float* x, const float* y, const float* dy, float* dx) {
  Clear(s, dx);
  ForEachWindow(s, MaxBackward{x, y, dy, dx});
}

void AveragePool(const PoolShape& s, const float* x, float* y) { ForEachWindow(s, AverageForward{x, y}); }

void AveragePoolBackward(const PoolShape& s, const float* dy, float* dx) {
  Clear(s, dx);
  ForEachWindow(s, AverageBackward{dy, dx});
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(MaxPool);
HWY_EXPORT(MaxPoolBackward);
HWY_EXPORT(AveragePool);
HWY_EXPORT(AveragePoolBackward);

void max_pool(const PoolShape& shape, const float* x, float* y) { HWY_DYNAMIC_DISPATCH(MaxPool)(shape, x, y); }

void max_pool_backward(const PoolShape& shape, const float* x, const float* y, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(MaxPoolBackward)(shape, x, y, dy, dx);
}

void average_pool(const PoolShape& shape, const float* x, float* y) { HWY_DYNAMIC_DISPATCH(AveragePool)(shape, x, y); }

void average_pool_backward(const PoolShape& shape, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(AveragePoolBackward)(shape, dy, dx);
}

}  // namespace sluice
#endif
