#include "sluice/tensor/normalization.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/normalization.cc"
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
constexpr int64_t block = 64;  // vectors summed on their own first, which keeps sums of many exact

HWY_INLINE Mask MaskAt(int64_t i, int64_t n) { return hn::FirstN(d, static_cast<size_t>(std::min(L, n - i))); }

// What is summed: a function of an element of a, of b, and of the channel's center.
struct Itself {
  HWY_INLINE V Call(V a, V, V) const { return a; }
};
struct Square {
  HWY_INLINE V Call(V a, V, V center) const {
    const V distance = hn::Sub(a, center);
    return hn::Mul(distance, distance);
  }
};
struct Product {
  HWY_INLINE V Call(V a, V b, V center) const { return hn::Mul(a, hn::Sub(b, center)); }
};

/// Sums `K` full vectors of channels over the rows of matrices [m, channels] from their column on.
template <int K, class Term>
HWY_INLINE void SumFullColumns(int64_t m, int64_t channels, const float* a, const float* b, const float* center,
                               float* sums, const Term& term) {
  V mid[K], total[K];
  for (int k = 0; k < K; ++k) {
    mid[k] = center == nullptr ? hn::Zero(d) : hn::LoadU(d, center + k * L);
    total[k] = hn::Zero(d);
  }
  for (int64_t from = 0; from < m; from += block) {
    V part[K];
    for (int k = 0; k < K; ++k) part[k] = hn::Zero(d);
    for (int64_t i = from; i < std::min(m, from + block); ++i) {
      const float* row = a + i * channels;
      const float* other = b + i * channels;
      for (int k = 0; k < K; ++k)
        part[k] = hn::Add(part[k], term.Call(hn::LoadU(d, row + k * L), hn::LoadU(d, other + k * L), mid[k]));
    }
    for (int k = 0; k < K; ++k) total[k] = hn::Add(total[k], part[k]);
  }
  for (int k = 0; k < K; ++k) hn::StoreU(total[k], d, sums + k * L);
}

/// The same for fewer channels than a vector holds.
template <class Term>
HWY_INLINE void SumLastColumns(int64_t m, int64_t channels, Mask mask, const float* a, const float* b,
                               const float* center, float* sums, const Term& term) {
  const V mid = center == nullptr ? hn::Zero(d) : hn::MaskedLoad(mask, d, center);
  V total = hn::Zero(d);
  for (int64_t from = 0; from < m; from += block) {
    V part = hn::Zero(d);
    for (int64_t i = from; i < std::min(m, from + block); ++i) {
      const V value = hn::MaskedLoad(mask, d, a + i * channels), other = hn::MaskedLoad(mask, d, b + i * channels);
      part = hn::Add(part, term.Call(value, other, mid));
    }
    total = hn::Add(total, part);
  }
  hn::BlendedStore(total, mask, d, sums);
}

template <class Term>
HWY_INLINE void SumColumns(int64_t m, int64_t channels, const float* a, const float* b, const float* center,
                           float* sums, const Term& term) {
  auto at = [](const float* array, int64_t c) { return array == nullptr ? nullptr : array + c; };
  int64_t c = 0;
  for (; c + 4 * L <= channels; c += 4 * L) SumFullColumns<4>(m, channels, a + c, b + c, at(center, c), sums + c, term);
  for (; c + L <= channels; c += L) SumFullColumns<1>(m, channels, a + c, b + c, at(center, c), sums + c, term);
  if (c < channels) SumLastColumns(m, channels, MaskAt(c, channels), a + c, b + c, at(center, c), sums + c, term);
}

/// The sum over the positions of one channel of one group, lane by lane.
template <class Term>
HWY_INLINE V SumPositions(int64_t positions, const float* a, const float* b, V mid, const Term& term) {
  V part[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  for (int64_t p = 0; p < positions; ++p)
    part[p % 4] = hn::Add(part[p % 4], term.Call(hn::LoadU(d, a + p * L), hn::LoadU(d, b + p * L), mid));
  return hn::Add(hn::Add(part[0], part[1]), hn::Add(part[2], part[3]));
}

template <class Term>
HWY_INLINE void SumLanes(const ChannelShape& s, const float* a, const float* b, const float* center, float* sums,
                         const Term& term) {
  for (int64_t c = 0; c < s.channels; ++c) {
    const V mid = center == nullptr ? hn::Zero(d) : hn::Set(d, center[c]);
    V total = hn::Zero(d);
    for (int64_t row = 0; row < s.rows; row += L) {
      const int64_t at = (row / L * s.channels + c) * s.positions * L;
      const V part = SumPositions(s.positions, a + at, b + at, mid, term);
      total = hn::Add(total, hn::IfThenElseZero(MaskAt(row, s.rows), part));
    }
    sums[c] = hn::GetLane(hn::SumOfLanes(d, total));
  }
}

template <class Term>
HWY_INLINE void SumByChannel(const ChannelShape& s, const float* a, const float* b, const float* center, float* sums,
                             const Term& term) {
  if (s.lanes) return SumLanes(s, a, b, center, sums, term);
  SumColumns(s.count(), s.channels, a, b, center, sums, term);
}

void ChannelSums(const ChannelShape& shape, const float* x, float* sums) {
  SumByChannel(shape, x, x, nullptr, sums, Itself{});
}

void ChannelSquares(const ChannelShape& shape, const float* x, const float* center, float* sums) {
  SumByChannel(shape, x, x, center, sums, Square{});
}

void ChannelProducts(const ChannelShape& shape, const float* dy, const float* x, const float* center, float* sums) {
  SumByChannel(shape, dy, x, center, sums, Product{});
}

// What is computed for each element from those of a and b and the channel's constants.
struct Affine {
  static constexpr int constants = 3;  // center, scale, offset
  HWY_INLINE V Call(V x, V, const V* k) const { return hn::MulAdd(hn::Sub(x, k[0]), k[1], k[2]); }
};
struct RectifiedAffine : Affine {
  HWY_INLINE V Call(V x, V zero, const V* k) const { return hn::Max(hn::Zero(d), Affine::Call(x, zero, k)); }
};
struct AffineBackward {
  static constexpr int constants = 4;  // center, scale, slope, offset
  HWY_INLINE V Call(V dy, V x, const V* k) const {
    return hn::MulAdd(dy, k[1], hn::MulAdd(hn::Sub(x, k[0]), k[2], k[3]));
  }
};

/// A vector of channels of the rows [from, to) of matrices [m, channels].
template <class Function>
HWY_INLINE void MapColumns(int64_t channels, int64_t from, int64_t to, int64_t c, const float* a, const float* b,
                           const V* k, float* y, const Function& function) {
  const int64_t end = to * channels;
  if (c + L <= channels) {  // a masked store takes twelve cycles on some processors
    for (int64_t at = from * channels + c; at < end; at += channels)
      hn::StoreU(function.Call(hn::LoadU(d, a + at), hn::LoadU(d, b + at), k), d, y + at);
    return;
  }
  const Mask mask = MaskAt(c, channels);
  for (int64_t at = from * channels + c; at < end; at += channels) {
    const V value = function.Call(hn::MaskedLoad(mask, d, a + at), hn::MaskedLoad(mask, d, b + at), k);
    hn::BlendedStore(value, mask, d, y + at);
  }
}

/// Rows [from, to) of matrices [m, channels].
template <class Function>
HWY_INLINE void MapBlock(int64_t channels, int64_t from, int64_t to, const float* a, const float* b,
                         const float* const* constants, float* y, const Function& function) {
  for (int64_t c = 0; c < channels; c += L) {
    const Mask mask = MaskAt(c, channels);
    V k[Function::constants];
    for (int i = 0; i < Function::constants; ++i)
      k[i] = constants[i] == nullptr ? hn::Zero(d) : hn::MaskedLoad(mask, d, constants[i] + c);
    MapColumns(channels, from, to, c, a, b, k, y, function);
  }
}

template <class Function>
HWY_INLINE void MapRows(const ChannelShape& s, const float* a, const float* b, const float* const* constants, float* y,
                        const Function& function) {
  for (int64_t from = 0; from < s.count(); from += block)
    MapBlock(s.channels, from, std::min(s.count(), from + block), a, b, constants, y, function);
}

template <class Function>
HWY_INLINE void MapLanes(const ChannelShape& s, const float* a, const float* b, const float* const* constants, float* y,
                         const Function& function) {
  for (int64_t row = 0; row < s.rows; row += L) {
    const Mask mask = MaskAt(row, s.rows);
    for (int64_t c = 0; c < s.channels; ++c) {
      V k[Function::constants];
      for (int i = 0; i < Function::constants; ++i)
        k[i] = constants[i] == nullptr ? hn::Zero(d) : hn::Set(d, constants[i][c]);
      const int64_t at = (row / L * s.channels + c) * s.positions * L;
      for (int64_t p = at; p < at + s.positions * L; p += L) {
        const V value = function.Call(hn::LoadU(d, a + p), hn::LoadU(d, b + p), k);
        hn::StoreU(hn::IfThenElseZero(mask, value), d, y + p);
      }
    }
  }
}

template <class Function>
HWY_INLINE void MapByChannel(const ChannelShape& s, const float* a, const float* b, const float* const* constants,
                             float* y, const Function& function) {
  if (s.lanes) return MapLanes(s, a, b, constants, y, function);
  MapRows(s, a, b, constants, y, function);
}

void ChannelAffine(const ChannelShape& shape, const float* x, const float* center, const float* scale,
                   const float* offset, bool relu, float* y) {
  const float* const constants[] = {center, scale, offset};
  if (relu) return MapByChannel(shape, x, x, constants, y, RectifiedAffine{});
  MapByChannel(shape, x, x, constants, y, Affine{});
}

void ChannelAffineBackward(const ChannelShape& shape, const float* dy, const float* x, const float* center,
                           const float* scale, const float* slope, const float* offset, float* dx) {
  const float* const constants[] = {center, scale, slope, offset};
  MapByChannel(shape, dy, x, constants, dx, AffineBackward{});
}

HWY_INLINE float SumOver(V sum) { return hn::GetLane(hn::SumOfLanes(d, sum)); }

HWY_INLINE V LoadOr(float value, Mask mask, const float* array, int64_t i) {
  return array == nullptr ? hn::Set(d, value) : hn::MaskedLoad(mask, d, array + i);
}

void NormalizeVectors(const VectorNorm& norm, int64_t vectors, const float* x, const float* gamma, const float* beta,
                      float* y, float* moments) {
  const int64_t size = norm.size;
  const float share = 1.0f / static_cast<float>(size);
  for (int64_t vector = 0; vector < vectors; ++vector, x += size, y += size, moments += 2) {
    V sum = hn::Zero(d), squares = hn::Zero(d);
    for (int64_t i = 0; i < size; i += L) sum = hn::Add(sum, hn::MaskedLoad(MaskAt(i, size), d, x + i));
    moments[0] = SumOver(sum) * share;
    const V mean = hn::Set(d, moments[0]);
    for (int64_t i = 0; i < size; i += L) {
      const Mask mask = MaskAt(i, size);
      const V distance = hn::IfThenElseZero(mask, hn::Sub(hn::MaskedLoad(mask, d, x + i), mean));
      squares = hn::MulAdd(distance, distance, squares);
    }
    const V root = hn::Sqrt(hn::Set(d, SumOver(squares) * share + norm.epsilon));
    const V scale = hn::Div(hn::Set(d, 1), root);
    moments[1] = hn::GetLane(scale);
    const V center = norm.centered ? mean : hn::Zero(d);
    for (int64_t i = 0; i < size; i += L) {
      const Mask mask = MaskAt(i, size);
      const V normal = hn::Mul(hn::Sub(hn::MaskedLoad(mask, d, x + i), center), scale);
      hn::BlendedStore(hn::MulAdd(normal, LoadOr(1, mask, gamma, i), LoadOr(0, mask, beta, i)), mask, d, y + i);
    }
  }
}

HWY_INLINE void AddTo(float* sums, int64_t i, Mask mask, V value) {
  if (sums != nullptr) hn::BlendedStore(hn::Add(hn::MaskedLoad(mask, d, sums + i), value), mask, d, sums + i);
}

void NormalizeVectorsBackward(const VectorNorm& norm, int64_t vectors, const float* x, const float* moments,
                              const float* gamma, const float* dy, float* dx, float* dgamma, float* dbeta) {
  const int64_t size = norm.size;
  const float share = 1.0f / static_cast<float>(size);
  for (int64_t vector = 0; vector < vectors; ++vector, x += size, dy += size, moments += 2) {
    const V mean = hn::Set(d, moments[0]), scale = hn::Set(d, moments[1]);
    const V center = norm.centered ? mean : hn::Zero(d);
    V sum = hn::Zero(d), products = hn::Zero(d);
    for (int64_t i = 0; i < size; i += L) {
      const Mask mask = MaskAt(i, size);
      const V normal = hn::IfThenElseZero(mask, hn::Mul(hn::Sub(hn::MaskedLoad(mask, d, x + i), center), scale));
      const V slope = hn::MaskedLoad(mask, d, dy + i);
      const V scaled = hn::Mul(slope, LoadOr(1, mask, gamma, i));
      sum = hn::Add(sum, scaled);
      products = hn::MulAdd(scaled, normal, products);
      AddTo(dgamma, i, mask, hn::Mul(slope, normal));
      AddTo(dbeta, i, mask, slope);
    }
    if (dx == nullptr) continue;
    const V first = hn::Set(d, norm.centered ? SumOver(sum) * share : 0),
            second = hn::Set(d, SumOver(products) * share);
    for (int64_t i = 0; i < size; i += L) {
      const Mask mask = MaskAt(i, size);
      const V distance = hn::Mul(hn::Sub(hn::MaskedLoad(mask, d, x + i), mean), scale);
      const V scaled = hn::Mul(hn::MaskedLoad(mask, d, dy + i), LoadOr(1, mask, gamma, i));
      const V rest = hn::NegMulAdd(distance, second, hn::Sub(scaled, first));
      hn::BlendedStore(hn::Mul(rest, scale), mask, d, dx + i);
    }
    dx += size;
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(ChannelSums);
HWY_EXPORT(ChannelSquares);
HWY_EXPORT(ChannelProducts);
HWY_EXPORT(ChannelAffine);
HWY_EXPORT(ChannelAffineBackward);
HWY_EXPORT(NormalizeVectors);
HWY_EXPORT(NormalizeVectorsBackward);

void channel_sums(const ChannelShape& shape, const float* x, float* sums) {
  HWY_DYNAMIC_DISPATCH(ChannelSums)(shape, x, sums);
}

void channel_squares(const ChannelShape& shape, const float* x, const float* center, float* sums) {
  HWY_DYNAMIC_DISPATCH(ChannelSquares)(shape, x, center, sums);
}

void channel_products(const ChannelShape& shape, const float* dy, const float* x, const float* center, float* sums) {
  HWY_DYNAMIC_DISPATCH(ChannelProducts)(shape, dy, x, center, sums);
}

void channel_affine(const ChannelShape& shape, const float* x, const float* center, const float* scale,
                    const float* offset, bool relu, float* y) {
  HWY_DYNAMIC_DISPATCH(ChannelAffine)(shape, x, center, scale, offset, relu, y);
}

void channel_affine_backward(const ChannelShape& shape, const float* dy, const float* x, const float* center,
                             const float* scale, const float* slope, const float* offset, float* dx) {
  HWY_DYNAMIC_DISPATCH(ChannelAffineBackward)(shape, dy, x, center, scale, slope, offset, dx);
}

void normalize_vectors(const VectorNorm& norm, int64_t vectors, const float* x, const float* gamma, const float* beta,
                       float* y, float* moments) {
  HWY_DYNAMIC_DISPATCH(NormalizeVectors)(norm, vectors, x, gamma, beta, y, moments);
}

void normalize_vectors_backward(const VectorNorm& norm, int64_t vectors, const float* x, const float* moments,
                                const float* gamma, const float* dy, float* dx, float* dgamma, float* dbeta) {
  HWY_DYNAMIC_DISPATCH(NormalizeVectorsBackward)(norm, vectors, x, moments, gamma, dy, dx, dgamma, dbeta);
}

}  // namespace sluice
#endif
