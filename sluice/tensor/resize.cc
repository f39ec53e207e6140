#include "sluice/tensor/resize.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/resize.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
constexpr hn::ScalableTag<float> vector;
constexpr hn::CappedTag<float, 1> scalar;
constexpr int64_t L = HWY_LANES(float);

/// Offsets of a new pixel and of the four old ones around it, and the shares of the lower and the right ones.
struct Pixel {
  int64_t at, top_left, top_right, bottom_left, bottom_right;
  float down, across;
};

/// Calls `kernel.Piece(tag, pixel, k)` for every piece of every new pixel, which starts at its element k.
template <class Kernel>
HWY_INLINE void ForEachPiece(int64_t images, const ResizeShape& s, const Kernel& kernel) {
  const int64_t row = s.width * s.inner, plane = s.height * row;
  int64_t at = 0;
  for (int64_t image = 0; image < images; ++image) {
    for (const Between& y : s.rows) {
      const int64_t top = image * plane + y.first * row, bottom = image * plane + y.second * row;
      for (const Between& x : s.columns) {
        const int64_t left = x.first * s.inner, right = x.second * s.inner;
        const Pixel pixel{at, top + left, top + right, bottom + left, bottom + right, y.share, x.share};
        int64_t k = 0;
        for (; k + L <= s.inner; k += L) kernel.Piece(vector, pixel, k);
        for (; k < s.inner; ++k) kernel.Piece(scalar, pixel, k);
        at += s.inner;
      }
    }
  }
}

struct Forward {
  const float* x;
  float* y;
  template <class D>
  HWY_INLINE void Piece(D d, const Pixel& p, int64_t k) const {
    using V = hn::Vec<D>;
    auto mix = [](V a, V b, V share) { return hn::Add(a, hn::Mul(hn::Sub(b, a), share)); };
    const V across = hn::Set(d, p.across);
    const V top = mix(hn::LoadU(d, x + p.top_left + k), hn::LoadU(d, x + p.top_right + k), across);
    const V bottom = mix(hn::LoadU(d, x + p.bottom_left + k), hn::LoadU(d, x + p.bottom_right + k), across);
    hn::StoreU(mix(top, bottom, hn::Set(d, p.down)), d, y + p.at + k);
  }
};

struct Backward {
  const float* dy;
  float* dx;
  template <class D>
  HWY_INLINE void Piece(D d, const Pixel& p, int64_t k) const {
    using V = hn::Vec<D>;
    const V gradient = hn::LoadU(d, dy + p.at + k);
    const V bottom = hn::Mul(gradient, hn::Set(d, p.down)), top = hn::Sub(gradient, bottom);
    auto add = [&](int64_t place, V part) { hn::StoreU(hn::Add(hn::LoadU(d, dx + place), part), d, dx + place); };
    auto spread = [&](V part, int64_t left, int64_t right) {
      const V second = hn::Mul(part, hn::Set(d, p.across));
      add(left + k, hn::Sub(part, second));
      add(right + k, second);
    };
    spread(top, p.top_left, p.top_right);
    spread(bottom, p.bottom_left, p.bottom_right);
  }
};

void Resize(int64_t images, const ResizeShape& s, const float* x, float* y) { ForEachPiece(images, s, Forward{x, y}); }

void ResizeBackward(int64_t images, const ResizeShape& s, const float* dy, float* dx) {
  std::fill(dx, dx + images * s.height * s.width * s.inner, 0.0f);
  ForEachPiece(images, s, Backward{dy, dx});
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Resize);
HWY_EXPORT(ResizeBackward);

namespace {

Between bilinear_place(int64_t at, int64_t from, int64_t to) {
  // (at + 1/2) · from / to - 1/2, in whole numbers
  const int64_t position = (2 * at + 1) * from - to, unit = 2 * to;
  const int64_t floor = position < 0 ? -1 : position / unit;
  const float share = static_cast<float>(position - floor * unit) / static_cast<float>(unit);
  return {std::max<int64_t>(floor, 0), std::min(floor + 1, from - 1), share};
}

Between nearest_place(int64_t at, int64_t from, int64_t to) {
  // In float32 as TensorFlow does: where a centre lies on an edge, rounding decides.
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  const auto place = static_cast<int64_t>(std::floor((static_cast<float>(at) + 0.5f) * scale));
  const int64_t pixel = std::min(place, from - 1);
  return {pixel, pixel, 0};
}

}  // namespace

std::vector<Between> resized_places(int64_t from, int64_t to, Interpolation interpolation) {
  std::vector<Between> places;
  for (int64_t at = 0; at < to; ++at) {
    places.push_back(interpolation == Interpolation::nearest ? nearest_place(at, from, to)
                                                             : bilinear_place(at, from, to));
  }
  return places;
}

void resize(int64_t images, const ResizeShape& shape, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(Resize)(images, shape, x, y);
}

void resize_backward(int64_t images, const ResizeShape& shape, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(ResizeBackward)(images, shape, dy, dx);
}

}  // namespace sluice
#endif
