#include "sluice/tensor/pooling.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/pooling.cc"
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

using Mask = hn::Mask<D>;

/// L values of `inner`, or fewer where it is no multiple of L.
template <bool whole>
HWY_INLINE V LoadPart(Mask mask, const float* from) {
  if constexpr (whole) return hn::LoadU(d, from);
  return hn::MaskedLoad(mask, d, from);
}

template <bool whole>
HWY_INLINE void StorePart(V value, Mask mask, float* to) {
  if constexpr (whole) return hn::StoreU(value, d, to);
  hn::BlendedStore(value, mask, d, to);
}

template <bool whole, class Kernel>
HWY_INLINE void ForEachWindow(const PoolShape& s, const Kernel& kernel) {
  for (int64_t outer = 0; outer < s.outer; ++outer) {
    const int64_t plane = outer * s.height * s.width * s.inner;
    for (int64_t i = 0; i < s.out_height; ++i) {
      for (int64_t j = 0; j < s.out_width; ++j) {
        const Window window(s, i, j);
        const int64_t at = ((outer * s.out_height + i) * s.out_width + j) * s.inner;
        for (int64_t k = 0; k < s.inner; k += L) {
          const Mask mask = hn::FirstN(d, static_cast<size_t>(whole ? L : std::min(L, s.inner - k)));
          kernel.template Vector<whole>(s, window, plane + k, at + k, mask);
        }
      }
    }
  }
}

/// Calls `kernel.Vector(shape, window, x offset, y offset, mask)` for every window and every L values of `inner`.
template <class Kernel>
HWY_INLINE void ForEachWindow(const PoolShape& s, const Kernel& kernel) {
  if (s.inner % L == 0) return ForEachWindow<true>(s, kernel);
  ForEachWindow<false>(s, kernel);
}

struct MaxForward {
  const float* x;
  float* y;
  template <bool whole>
  HWY_INLINE void Vector(const PoolShape& s, const Window& w, int64_t plane, int64_t at, Mask mask) const {
    V largest = hn::Set(d, -std::numeric_limits<float>::infinity());
    for (int64_t u = w.top; u < w.bottom; ++u) {
      const float* row = x + plane + u * s.width * s.inner;
      for (int64_t v = w.left; v < w.right; ++v) largest = hn::Max(largest, LoadPart<whole>(mask, row + v * s.inner));
    }
    StorePart<whole>(largest, mask, y + at);
  }
};

struct MaxPlaces {
  const float* x;
  bool rectified;
  float* y;
  float* places;
  template <bool whole>
  HWY_INLINE void Vector(const PoolShape& s, const Window& w, int64_t plane, int64_t at, Mask mask) const {
    V largest = hn::Set(d, -std::numeric_limits<float>::infinity());
    V place = hn::Zero(d), here = hn::Zero(d);
    for (int64_t u = w.top; u < w.bottom; ++u) {
      const float* row = x + plane + u * s.width * s.inner;
      for (int64_t v = w.left; v < w.right; ++v) {
        const V value = LoadPart<whole>(mask, row + v * s.inner);
        place = hn::IfThenElse(hn::Gt(value, largest), here, place);
        largest = hn::Max(largest, value);
        here = hn::Add(here, hn::Set(d, 1.0f));
      }
    }
    if (rectified) place = hn::IfThenElse(hn::Gt(largest, hn::Zero(d)), place, hn::Set(d, -1.0f));
    StorePart<whole>(largest, mask, y + at);
    StorePart<whole>(place, mask, places + at);
  }
};

/// `apart`: windows do not overlap, so that each place is written once.
template <bool apart>
struct MaxBackward {
  const float* places;
  const float* dy;
  float* dx;
  template <bool whole>
  HWY_INLINE void Vector(const PoolShape& s, const Window& w, int64_t plane, int64_t at, Mask mask) const {
    const V place = LoadPart<whole>(mask, places + at), gradient = LoadPart<whole>(mask, dy + at);
    V here = hn::Zero(d);
    for (int64_t u = w.top; u < w.bottom; ++u) {
      float* row = dx + plane + u * s.width * s.inner;
      for (int64_t v = w.left; v < w.right; ++v) {
        V share = hn::IfThenElseZero(hn::Eq(place, here), gradient);
        if constexpr (!apart) share = hn::Add(LoadPart<whole>(mask, row + v * s.inner), share);
        StorePart<whole>(share, mask, row + v * s.inner);
        here = hn::Add(here, hn::Set(d, 1.0f));
      }
    }
  }
};

struct GlobalMaxBackward {
  const float* x;
  const float* y;
  const float* dy;
  float* dx;
  template <bool whole>
  HWY_INLINE void Vector(const PoolShape& s, const Window&, int64_t plane, int64_t at, Mask mask) const {
    const V largest = LoadPart<whole>(mask, y + at);
    V count = hn::Zero(d);
    for (int64_t i = 0; i < s.height * s.width; ++i) {
      const Mask here = hn::Eq(LoadPart<whole>(mask, x + plane + i * s.inner), largest);
      count = hn::Add(count, hn::IfThenElseZero(here, hn::Set(d, 1.0f)));
    }
    const V share = hn::Div(LoadPart<whole>(mask, dy + at), count);
    for (int64_t i = 0; i < s.height * s.width; ++i) {
      const int64_t place = plane + i * s.inner;
      const Mask here = hn::Eq(LoadPart<whole>(mask, x + place), largest);
      StorePart<whole>(hn::IfThenElseZero(here, share), mask, dx + place);
    }
  }
};

struct AverageForward {
  const float* x;
  float* y;
  template <bool whole>
  HWY_INLINE void Vector(const PoolShape& s, const Window& w, int64_t plane, int64_t at, Mask mask) const {
    V sum = hn::Zero(d);
    for (int64_t u = w.top; u < w.bottom; ++u) {
      const float* row = x + plane + u * s.width * s.inner;
      for (int64_t v = w.left; v < w.right; ++v) sum = hn::Add(sum, LoadPart<whole>(mask, row + v * s.inner));
    }
    StorePart<whole>(hn::Mul(sum, hn::Set(d, w.share())), mask, y + at);
  }
};

template <bool apart, bool rectified>
struct AverageBackward {
  const float* x;
  const float* dy;
  float* dx;
  template <bool whole>
  HWY_INLINE void Vector(const PoolShape& s, const Window& w, int64_t plane, int64_t at, Mask mask) const {
    const V gradient = hn::Mul(LoadPart<whole>(mask, dy + at), hn::Set(d, w.share()));
    for (int64_t u = w.top; u < w.bottom; ++u) {
      for (int64_t v = w.left; v < w.right; ++v) {
        const int64_t place = plane + (u * s.width + v) * s.inner;
        V share = gradient;
        if constexpr (rectified)
          share = hn::IfThenElseZero(hn::Gt(LoadPart<whole>(mask, x + place), hn::Zero(d)), share);
        if constexpr (!apart) share = hn::Add(LoadPart<whole>(mask, dx + place), share);
        StorePart<whole>(share, mask, dx + place);
      }
    }
  }
};

bool Apart(const PoolShape& s) { return s.stride_height >= s.pool_height && s.stride_width >= s.pool_width; }

/// Whether windows that lie apart cover every place.
bool Covering(const PoolShape& s) {
  return Apart(s) && s.stride_height == s.pool_height && s.stride_width == s.pool_width &&
         s.out_height * s.stride_height - s.pad_top >= s.height && s.out_width * s.stride_width - s.pad_left >= s.width;
}

void Clear(const PoolShape& s, float* dx) {
  if (!Covering(s)) std::fill(dx, dx + s.outer * s.height * s.width * s.inner, 0.0f);
}

void MaxPool(const PoolShape& s, const float* x, float* y) { ForEachWindow(s, MaxForward{x, y}); }

void MaxPoolPlaces(const PoolShape& s, const float* x, bool rectified, float* y, float* places) {
  ForEachWindow(s, MaxPlaces{x, rectified, y, places});
}

void MaxPoolBackward(const PoolShape& s, const float* places, const float* dy, float* dx) {
  Clear(s, dx);
  if (Apart(s)) return ForEachWindow(s, MaxBackward<true>{places, dy, dx});
  ForEachWindow(s, MaxBackward<false>{places, dy, dx});
}

void GlobalMaxPoolBackward(const PoolShape& s, const float* x, const float* y, const float* dy, float* dx) {
  ForEachWindow(s, GlobalMaxBackward{x, y, dy, dx});
}

void AveragePool(const PoolShape& s, const float* x, float* y) { ForEachWindow(s, AverageForward{x, y}); }

template <bool rectified>
void AverageBackwardOf(const PoolShape& s, const float* x, const float* dy, float* dx) {
  Clear(s, dx);
  if (Apart(s)) return ForEachWindow(s, AverageBackward<true, rectified>{x, dy, dx});
  ForEachWindow(s, AverageBackward<false, rectified>{x, dy, dx});
}

void AveragePoolBackward(const PoolShape& s, const float* dy, float* dx) {
  AverageBackwardOf<false>(s, nullptr, dy, dx);
}

void RectifiedAveragePoolBackward(const PoolShape& s, const float* x, const float* dy, float* dx) {
  AverageBackwardOf<true>(s, x, dy, dx);
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(MaxPool);
HWY_EXPORT(MaxPoolPlaces);
HWY_EXPORT(MaxPoolBackward);
HWY_EXPORT(GlobalMaxPoolBackward);
HWY_EXPORT(AveragePool);
HWY_EXPORT(AveragePoolBackward);
HWY_EXPORT(RectifiedAveragePoolBackward);

void max_pool(const PoolShape& shape, const float* x, float* y) { HWY_DYNAMIC_DISPATCH(MaxPool)(shape, x, y); }

void max_pool_places(const PoolShape& shape, const float* x, bool rectified, float* y, float* places) {
  HWY_DYNAMIC_DISPATCH(MaxPoolPlaces)(shape, x, rectified, y, places);
}

void max_pool_backward(const PoolShape& shape, const float* places, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(MaxPoolBackward)(shape, places, dy, dx);
}

void global_max_pool_backward(const PoolShape& shape, const float* x, const float* y, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(GlobalMaxPoolBackward)(shape, x, y, dy, dx);
}

void average_pool(const PoolShape& shape, const float* x, float* y) { HWY_DYNAMIC_DISPATCH(AveragePool)(shape, x, y); }

void average_pool_backward(const PoolShape& shape, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(AveragePoolBackward)(shape, dy, dx);
}

void rectified_average_pool_backward(const PoolShape& shape, const float* x, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(RectifiedAveragePoolBackward)(shape, x, dy, dx);
}

}  // namespace sluice
#endif
