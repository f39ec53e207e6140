#include "sluice/tensor/affine.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/affine.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using DI = hn::RebindToSigned<D>;
using V = hn::Vec<D>;
using VI = hn::Vec<DI>;
constexpr D d;
constexpr DI di;
constexpr int64_t L = HWY_LANES(float);

/// An image with a border, in the scratch: one pixel before and two behind in both dimensions. A place from -1 to
/// `length` then has four neighbours to read or write, whatever their shares, and needs no check.
struct Bordered {
  explicit Bordered(const ImageShape& s) : s(s), row((s.width + 3) * s.channels), size((s.height + 3) * row) {}
  ImageShape s;
  int64_t row, size;  // in floats
  int64_t at(int64_t line) const { return (line + 1) * row + s.channels; }
};

/// A line of pixels along one dimension.
struct Axis {
  Axis(int64_t length, FillMode mode)
      : length(static_cast<float>(length)),
        last(static_cast<float>(length - 1)),
        // A single pixel has nothing to reflect or wrap.
        mode(length == 1 && mode != FillMode::constant ? FillMode::nearest : mode) {}
  float length, last;
  FillMode mode;

  /// Brings a place into the image; or, where the border holds what lies beyond, to it.
  HWY_INLINE V Inside(V place) const {
    switch (mode) {
      case FillMode::constant: return hn::Clamp(place, hn::Set(d, -1.0f), hn::Set(d, length));
      case FillMode::reflect: return Clamped(Reflected(place));
      case FillMode::wrap: return Clamped(Wrapped(place));
      case FillMode::nearest: return Clamped(place);
    }
    return place;
  }

 private:
  HWY_INLINE V Clamped(V place) const { return hn::Clamp(place, hn::Zero(d), hn::Set(d, last)); }

  HWY_INLINE V Reflected(V place) const {
    const V one = hn::Set(d, 1.0f), twice = hn::Set(d, 2 * length);
    place = hn::IfThenElse(hn::Lt(place, hn::Zero(d)), hn::Sub(hn::Neg(place), one), place);
    place = hn::NegMulAdd(twice, hn::Trunc(hn::Div(place, twice)), place);
    return hn::IfThenElse(hn::Ge(place, hn::Set(d, length)), hn::Sub(hn::Sub(twice, place), one), place);
  }

  /// TensorFlow counts the turns in lengths less one.
  HWY_INLINE V Wrapped(V place) const {
    const V turns = hn::Trunc(hn::Div(hn::Abs(place), hn::Set(d, last)));
    const V up = hn::MulAdd(hn::Set(d, length), hn::Add(turns, hn::Set(d, 1.0f)), place);
    const V down = hn::NegMulAdd(hn::Set(d, length), turns, place);
    const V above = hn::IfThenElse(hn::Gt(place, hn::Set(d, last)), down, place);
    return hn::IfThenElse(hn::Lt(place, hn::Zero(d)), up, above);
  }
};

/// Halves go away from zero.
HWY_INLINE V Rounded(V place) { return hn::Trunc(hn::Add(place, hn::CopySign(hn::Set(d, 0.5f), place))); }

/// Where neighbouring pixels of a row lie in the old image: the offset of the upper left neighbour of each in the
/// bordered image, and the shares of the right and of the lower neighbours.
struct Places {
  VI offset;
  V across, down;
};

/// Calls `kernel.Pixels(places, at, n)` for every n <= L neighbouring pixels, the first of which is number `at`.
template <class Kernel>
HWY_INLINE void ForEachPlaces(const Bordered& b, const AffineSampling& sampling, const AffineTransform& t,
                              const Kernel& kernel) {
  const Axis x_axis(b.s.width, sampling.fill_mode), y_axis(b.s.height, sampling.fill_mode);
  const bool nearest = sampling.interpolation == Interpolation::nearest;
  const VI row = hn::Set(di, static_cast<int32_t>(b.row)), channels = hn::Set(di, static_cast<int32_t>(b.s.channels));
  const VI first = hn::Set(di, static_cast<int32_t>(b.at(0)));
  for (int64_t i = 0; i < b.s.height; ++i) {
    const V line = hn::Set(d, static_cast<float>(i));
    const V x_start = hn::MulAdd(hn::Set(d, t.x_of_y), line, hn::Set(d, t.x_start));
    const V y_start = hn::MulAdd(hn::Set(d, t.y_of_y), line, hn::Set(d, t.y_start));
    for (int64_t j = 0; j < b.s.width; j += L) {
      const V column = hn::Iota(d, static_cast<float>(j));
      V x = x_axis.Inside(hn::MulAdd(hn::Set(d, t.x_of_x), column, x_start));
      V y = y_axis.Inside(hn::MulAdd(hn::Set(d, t.y_of_x), column, y_start));
      if (nearest) x = Rounded(x), y = Rounded(y);
      const V left = hn::Floor(x), top = hn::Floor(y);
      const VI offset = hn::Add(hn::Mul(hn::ConvertTo(di, top), row), hn::Mul(hn::ConvertTo(di, left), channels));
      kernel.Pixels({hn::Add(offset, first), hn::Sub(x, left), hn::Sub(y, top)}, i * b.s.width + j,
                    std::min(L, b.s.width - j));
    }
  }
}

/// The same places, one after the other: `pixel(offset, across, down, at)`.
template <class Pixel>
HWY_INLINE void OneByOne(const Places& places, int64_t at, int64_t n, const Pixel& pixel) {
  HWY_ALIGN int32_t offset[L];
  HWY_ALIGN float across[L], down[L];
  hn::Store(places.offset, di, offset);
  hn::Store(places.across, d, across);
  hn::Store(places.down, d, down);
  for (int64_t i = 0; i < n; ++i) pixel(offset[i], across[i], down[i], at + i);
}

template <class T>
HWY_INLINE T Mix(T a, T b, T share) {
  return a + (b - a) * share;
}

/// One channel.
struct GatherPixels {
  const float* x;
  int64_t row;
  float* y;
  HWY_INLINE void Pixels(const Places& p, int64_t at, int64_t n) const {
    auto mix = [](V a, V b, V share) { return hn::MulAdd(hn::Sub(b, a), share, a); };
    const V top = mix(hn::GatherIndex(d, x, p.offset), hn::GatherIndex(d, x + 1, p.offset), p.across);
    const V bottom = mix(hn::GatherIndex(d, x + row, p.offset), hn::GatherIndex(d, x + row + 1, p.offset), p.across);
    const V mixed = mix(top, bottom, p.down);
    if (n == L) return hn::StoreU(mixed, d, y + at);
    HWY_ALIGN float rest[L];
    hn::Store(mixed, d, rest);
    std::copy_n(rest, n, y + at);
  }
};

struct SamplePixels {
  const float* x;
  int64_t row, channels;
  float* y;
  HWY_INLINE void Pixels(const Places& p, int64_t at, int64_t n) const {
    OneByOne(p, at, n, [&](int64_t offset, float across, float down, int64_t pixel) {
      const float *top = x + offset, *bottom = top + row;
      float* to = y + pixel * channels;
      for (int64_t k = 0; k < channels; ++k) {
        to[k] = Mix(Mix(top[k], top[k + channels], across), Mix(bottom[k], bottom[k + channels], across), down);
      }
    });
  }
};

struct ScatterPixels {
  const float* dy;
  int64_t row, channels;
  float* dx;
  HWY_INLINE void Pixels(const Places& p, int64_t at, int64_t n) const {
    OneByOne(p, at, n, [&](int64_t offset, float across, float down, int64_t pixel) {
      float *top = dx + offset, *bottom = top + row;
      for (int64_t k = 0; k < channels; ++k) {
        const float gradient = dy[pixel * channels + k];
        const float below = gradient * down, above = gradient - below;
        top[k] += above - above * across;
        top[k + channels] += above * across;
        bottom[k] += below - below * across;
        bottom[k + channels] += below * across;
      }
    });
  }
};

void Affine(const ImageShape& s, const AffineSampling& sampling, const AffineTransform& t, const float* x,
            float* scratch, float* y) {
  const Bordered b(s);
  std::fill_n(scratch, b.size, sampling.fill_value);
  const int64_t line = s.width * s.channels;
  for (int64_t i = 0; i < s.height; ++i) std::copy_n(x + i * line, line, scratch + b.at(i));
  if (s.channels == 1) return ForEachPlaces(b, sampling, t, GatherPixels{scratch, b.row, y});
  ForEachPlaces(b, sampling, t, SamplePixels{scratch, b.row, s.channels, y});
}

void AffineBackward(const ImageShape& s, const AffineSampling& sampling, const AffineTransform& t, const float* dy,
                    float* scratch, float* dx) {
  const Bordered b(s);
  std::fill_n(scratch, b.size, 0.0f);
  ForEachPlaces(b, sampling, t, ScatterPixels{dy, b.row, s.channels, scratch});
  const int64_t line = s.width * s.channels;
  for (int64_t i = 0; i < s.height; ++i) std::copy_n(scratch + b.at(i), line, dx + i * line);
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Affine);
HWY_EXPORT(AffineBackward);

int64_t affine_scratch(const ImageShape& shape) { return (shape.height + 3) * (shape.width + 3) * shape.channels; }

void affine(const ImageShape& shape, const AffineSampling& sampling, const AffineTransform& transform, const float* x,
            float* scratch, float* y) {
  HWY_DYNAMIC_DISPATCH(Affine)(shape, sampling, transform, x, scratch, y);
}

void affine_backward(const ImageShape& shape, const AffineSampling& sampling, const AffineTransform& transform,
                     const float* dy, float* scratch, float* dx) {
  HWY_DYNAMIC_DISPATCH(AffineBackward)(shape, sampling, transform, dy, scratch, dx);
}

}  // namespace sluice
#endif
