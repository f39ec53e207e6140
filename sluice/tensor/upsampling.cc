#include "sluice/tensor/upsampling.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/upsampling.cc"
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

/// The two pixels between which a new one lies, and the share of the second.
struct Between {
  int64_t first, second;
  float share;

  Between(int64_t at, int64_t factor, int64_t length) {
    // (at + 1/2) / factor - 1/2, in whole numbers
    const int64_t position = 2 * at + 1 - factor, unit = 2 * factor;
    const int64_t floor = position < 0 ? -1 : position / unit;
    share = static_cast<float>(position - floor * unit) / static_cast<float>(unit);
    first = std::max<int64_t>(floor, 0);
    second = std::min(floor + 1, length - 1);
  }
};

/// Calls `kernel.Vector(offsets of the four old pixels, of the new one, shares, mask)` for every new pixel.
template <class Kernel>
HWY_INLINE void ForEachPixel(const BilinearShape& s, const Kernel& kernel) {
  const int64_t plane = s.height * s.width * s.inner, row = s.width * s.inner;
  int64_t at = 0;
  for (int64_t outer = 0; outer < s.outer; ++outer) {
    for (int64_t i = 0; i < s.height * s.factor_height; ++i) {
      const Between y(i, s.factor_height, s.height);
      const int64_t top = outer * plane + y.first * row, bottom = outer * plane + y.second * row;
      for (int64_t j = 0; j < s.width * s.factor_width; ++j, at += s.inner) {
        const Between x(j, s.factor_width, s.width);
        const int64_t left = x.first * s.inner, right = x.second * s.inner;
        const V down = hn::Set(d, y.share), across = hn::Set(d, x.share);
        for (int64_t k = 0; k < s.inner; k += L) {
          const Mask mask = hn::FirstN(d, static_cast<size_t>(std::min(L, s.inner - k)));
          kernel.Vector(top + left + k, top + right + k, bottom + left + k, bottom + right + k, at + k, down, across,
                        mask);
        }
      }
    }
  }
}

struct Forward {
  const float* x;
  float* y;
  HWY_INLINE void Vector(int64_t top_left, int64_t top_right, int64_t bottom_left, int64_t bottom_right, int64_t at,
                         V down, V across, Mask mask) const {
    auto mix = [](V a, V b, V share) { return hn::Add(a, hn::Mul(hn::Sub(b, a), share)); };
    const V top = mix(hn::MaskedLoad(mask, d, x + top_left), hn::MaskedLoad(mask, d, x + top_right), across);
    const V bottom = mix(hn::MaskedLoad(mask, d, x + bottom_left), hn::MaskedLoad(mask, d, x + bottom_right), across);
    hn::BlendedStore(mix(top, bottom, down), mask, d, y + at);
  }
};

struct Backward {
  const float* dy;
  float* dx;
  HWY_INLINE void Vector(int64_t top_left, int64_t top_right, int64_t bottom_left, int64_t bottom_right, int64_t at,
                         V down, V across, Mask mask) const {
    const V gradient = hn::MaskedLoad(mask, d, dy + at);
    const V bottom = hn::Mul(gradient, down), top = hn::Sub(gradient, bottom);
    auto spread = [&](V share, int64_t left, int64_t right) {
      const V second = hn::Mul(share, across);
      AddTo(left, hn::Sub(share, second), mask);
      AddTo(right, second, mask);
    };
    spread(top, top_left, top_right);
    spread(bottom, bottom_left, bottom_right);
  }
  HWY_INLINE void AddTo(int64_t place, V share, Mask mask) const {
    hn::BlendedStore(hn::Add(hn::MaskedLoad(mask, d, dx + place), share), mask, d, dx + place);
  }
};

void Bilinear(const BilinearShape& s, const float* x, float* y) { ForEachPixel(s, Forward{x, y}); }

void BilinearBackward(const BilinearShape& s, const float* dy, float* dx) {
  std::fill(dx, dx + s.outer * s.height * s.width * s.inner, 0.0f);
  ForEachPixel(s, Backward{dy, dx});
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Bilinear);
HWY_EXPORT(BilinearBackward);

void bilinear(const BilinearShape& shape, const float* x, float* y) { HWY_DYNAMIC_DISPATCH(Bilinear)(shape, x, y); }

void bilinear_backward(const BilinearShape& shape, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(BilinearBackward)(shape, dy, dx);
}

}  // namespace sluice
#endif
