#include "sluice/tensor/lane_conv.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/lane_conv.cc"
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
constexpr bool wide = HWY_LANES(float) == 16;  // 32 registers instead of 16

/// Number of filters that are computed at once: few enough for the registers, and little waste for this count.
int64_t FilterBlock(int64_t filters) {
  if (wide && filters % 8 == 0) return 8;
  if (filters % 6 == 0) return 6;
  if (filters >= 3) return 4;
  return filters;
}

constexpr int64_t Positions(int64_t filter_block) {
  int64_t accumulators = wide ? 24 : 12;
  return std::min<int64_t>(accumulators / filter_block, wide ? 8 : 6);
}

int64_t BlockedFilters(int64_t filters) {
  int64_t block = FilterBlock(filters);
  return (filters + block - 1) / block * block;
}

/// One pass of a correlation over a group: y[f][i][j] = sum over c, u, v of x[c][i*s+u*d-p][j*s+v*d] *
/// w[f/B][c][u][v][f%B], where x has been padded to the sides already.
struct Correlation {
  int64_t channels, height, padded_width;
  int64_t filters, kernel_height, kernel_width;
  int64_t stride_height, stride_width, dilation_height, dilation_width, pad_top;
  int64_t out_height, out_width;
};

/// Where a tile of output columns can be nonzero: taps outside of [first, last) meet padding only.
struct Taps {
  int64_t first, last;
};

template <int filters, int positions>
void Tile(const Correlation& s, const float* HWY_RESTRICT x, const float* HWY_RESTRICT w, const float* bias, bool relu,
          Taps rows, Taps columns, int64_t valid_filters, float* HWY_RESTRICT y) {
  V sum[filters][positions];
  HWY_UNROLL(8)
  for (int f = 0; f < filters; ++f) {
    HWY_UNROLL(8)
    for (int p = 0; p < positions; ++p) sum[f][p] = hn::Zero(d);
  }
  const int64_t x_row = s.padded_width * L * s.dilation_height;
  const int64_t x_step = s.stride_width * L;
  for (int64_t c = 0; c < s.channels; ++c) {
    for (int64_t u = rows.first; u < rows.last; ++u) {
      const float* HWY_RESTRICT from =
          x + c * s.height * s.padded_width * L + u * x_row + columns.first * s.dilation_width * L;
      const float* HWY_RESTRICT weight = w + ((c * s.kernel_height + u) * s.kernel_width + columns.first) * filters;
      for (int64_t v = columns.first; v < columns.last; ++v, from += s.dilation_width * L, weight += filters) {
        V value[positions];
        HWY_UNROLL(8)
        for (int p = 0; p < positions; ++p) value[p] = hn::Load(d, from + p * x_step);
        HWY_UNROLL(8)
        for (int f = 0; f < filters; ++f) {
          V factor = hn::Set(d, weight[f]);
          HWY_UNROLL(8)
          for (int p = 0; p < positions; ++p) sum[f][p] = hn::MulAdd(value[p], factor, sum[f][p]);
        }
      }
    }
  }
  HWY_UNROLL(8)
  for (int f = 0; f < filters; ++f) {
    if (f >= valid_filters) break;
    V offset = bias == nullptr ? hn::Zero(d) : hn::Set(d, bias[f]);
    HWY_UNROLL(8)
    for (int p = 0; p < positions; ++p) {
      V result = bias == nullptr ? sum[f][p] : hn::Add(sum[f][p], offset);
      if (relu) result = hn::Max(hn::Zero(d), result);
      hn::Store(result, d, y + (f * s.out_height * s.out_width + p) * L);
    }
  }
}

using TileFunction = void (*)(const Correlation&, const float*, const float*, const float*, bool, Taps, Taps, int64_t,
                              float*);

template <int filters, int positions>
TileFunction ChooseTile(int64_t count) {
  if constexpr (positions == 0) {
    return nullptr;
  } else {
    if (count == positions) return Tile<filters, positions>;
    return ChooseTile<filters, positions - 1>(count);
  }
}

template <int filters>
TileFunction ChooseTile(int64_t count) {
  return ChooseTile<filters, static_cast<int>(Positions(filters))>(count);
}

TileFunction TileFor(int64_t filter_block, int64_t positions) {
  switch (filter_block) {
    case 8:
      if constexpr (wide) return ChooseTile<8>(positions);
      return nullptr;
    case 6: return ChooseTile<6>(positions);
    case 4: return ChooseTile<4>(positions);
    case 2: return ChooseTile<2>(positions);
    default: return ChooseTile<1>(positions);
  }
}

/// Taps u for which first*1 <= at + u*dilation < limit, for at least one of the output positions [at, at + span].
Taps ValidTaps(int64_t at, int64_t span, int64_t dilation, int64_t taps, int64_t low, int64_t high) {
  Taps valid{0, taps};
  while (valid.first < taps && at + span + valid.first * dilation < low) ++valid.first;
  while (valid.last > valid.first && at + (valid.last - 1) * dilation >= high) --valid.last;
  return valid;
}

/// `low` and `high` are the columns of padded x that hold data.
void Correlate(const Correlation& s, const float* x, int64_t low, int64_t high, const float* packed, const float* bias,
               bool relu, float* y) {
  const int64_t block = FilterBlock(s.filters);
  const int64_t most = Positions(block);
  const int64_t tiles = (s.out_width + most - 1) / most;
  const int64_t filter_weights = s.channels * s.kernel_height * s.kernel_width * block;
  for (int64_t f = 0; f < s.filters; f += block, packed += filter_weights) {
    const int64_t valid_filters = std::min(block, s.filters - f);
    for (int64_t i = 0; i < s.out_height; ++i) {
      const int64_t top = i * s.stride_height - s.pad_top;
      const Taps rows = ValidTaps(top, 0, s.dilation_height, s.kernel_height, 0, s.height);
      for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t j = s.out_width * tile / tiles;
        const int64_t count = s.out_width * (tile + 1) / tiles - j;
        const int64_t left = j * s.stride_width;
        const Taps columns = ValidTaps(left, (count - 1) * s.stride_width, s.dilation_width, s.kernel_width, low, high);
        TileFor(block, count)(s, x + (top * s.padded_width + left) * L, packed, bias == nullptr ? nullptr : bias + f,
                              relu, rows, columns, valid_filters, y + ((f * s.out_height + i) * s.out_width + j) * L);
      }
    }
  }
}

/// Copies rows of x to the middle of wider rows, `spread` apart, zeros elsewhere.
void PadColumns(int64_t rows, int64_t width, int64_t padded_width, int64_t left, int64_t spread,
                const float* HWY_RESTRICT x, float* HWY_RESTRICT padded) {
  for (int64_t row = 0; row < rows; ++row, padded += padded_width * L) {
    std::fill(padded, padded + padded_width * L, 0.0f);
    for (int64_t i = 0; i < width; ++i, x += L) hn::Store(hn::Load(d, x), d, padded + (left + i * spread) * L);
  }
}

int64_t PaddedWidth(const ConvShape& s) {
  int64_t reach = (s.out_width - 1) * s.stride_width + (s.kernel_width - 1) * s.dilation_width + 1;
  return std::max(reach, s.pad_left + s.width);
}

bool NeedsPadding(const ConvShape& s) { return s.pad_left != 0 || PaddedWidth(s) != s.width; }

int64_t PackedSize(const ConvShape& s) {
  return s.channels * s.kernel_height * s.kernel_width * BlockedFilters(s.filters);
}

/// Packs w[u][v][c][f] (strides given) as [f/B][c][u][v][B], taps reversed when `flip`.
void PackKernel(int64_t channels, int64_t filters, int64_t height, int64_t width, const float* kernel,
                int64_t tap_stride, int64_t channel_stride, int64_t filter_stride, bool flip, float* packed) {
  const int64_t block = FilterBlock(filters);
  for (int64_t first = 0; first < filters; first += block) {
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t tap = 0; tap < height * width; ++tap) {
        const int64_t source = flip ? height * width - 1 - tap : tap;
        for (int64_t f = first; f < first + block; ++f) {
          *packed++ = f < filters ? kernel[source * tap_stride + c * channel_stride + f * filter_stride] : 0.0f;
        }
      }
    }
  }
}

void Pack(const ConvShape& s, const float* kernel, float* packed) {
  PackKernel(s.channels, s.filters, s.kernel_height, s.kernel_width, kernel, s.channels * s.filters, s.filters, 1,
             false, packed);
}

int64_t ForwardScratch(const ConvShape& s) { return NeedsPadding(s) ? s.channels * s.height * PaddedWidth(s) * L : 0; }

void Forward(const ConvShape& s, int64_t groups, const float* x, const float* packed, const float* bias, bool relu,
             float* y, float* scratch) {
  const int64_t padded_width = PaddedWidth(s);
  const Correlation correlation{s.channels,     s.height,        padded_width,   s.filters,         s.kernel_height,
                                s.kernel_width, s.stride_height, s.stride_width, s.dilation_height, s.dilation_width,
                                s.pad_top,      s.out_height,    s.out_width};
  for (int64_t group = 0; group < groups; ++group) {
    const float* source = x + group * s.channels * s.height * s.width * L;
    if (NeedsPadding(s)) {
      PadColumns(s.channels * s.height, s.width, padded_width, s.pad_left, 1, source, scratch);
      source = scratch;
    }
    Correlate(correlation, source, s.pad_left, s.pad_left + s.width, packed, bias, relu,
              y + group * s.filters * s.out_height * s.out_width * L);
  }
}

/// The gradient of the data is a correlation of dy, spread by the strides, with the flipped kernel.
int64_t BackwardPadding(const ConvShape& s) { return (s.kernel_width - 1) * s.dilation_width - s.pad_left; }
int64_t SpreadHeight(const ConvShape& s) { return (s.out_height - 1) * s.stride_height + 1; }
int64_t SpreadWidth(const ConvShape& s) { return (s.out_width - 1) * s.stride_width + 1; }
int64_t BackwardWidth(const ConvShape& s) {
  const int64_t left = std::max<int64_t>(BackwardPadding(s), 0);
  return std::max(left + SpreadWidth(s), s.width + (s.kernel_width - 1) * s.dilation_width) + s.pad_left;
}

int64_t PackedBackwardSize(const ConvShape& s) {
  return s.filters * s.kernel_height * s.kernel_width * BlockedFilters(s.channels);
}

void PackBackward(const ConvShape& s, const float* kernel, float* packed) {
  PackKernel(s.filters, s.channels, s.kernel_height, s.kernel_width, kernel, s.channels * s.filters, 1, s.filters, true,
             packed);
}

int64_t BackwardDataScratch(const ConvShape& s) { return s.filters * SpreadHeight(s) * BackwardWidth(s) * L; }

void BackwardData(const ConvShape& s, int64_t groups, const float* dy, const float* packed, float* dx, float* scratch) {
  const int64_t padding = BackwardPadding(s);
  const int64_t left = std::max<int64_t>(padding, 0);
  const int64_t padded_width = BackwardWidth(s);
  const Correlation correlation{s.filters,
                                SpreadHeight(s),
                                padded_width,
                                s.channels,
                                s.kernel_height,
                                s.kernel_width,
                                1,
                                1,
                                s.dilation_height,
                                s.dilation_width,
                                (s.kernel_height - 1) * s.dilation_height - s.pad_top,
                                s.height,
                                s.width};
  for (int64_t group = 0; group < groups; ++group) {
    if (s.stride_height != 1) std::fill(scratch, scratch + BackwardDataScratch(s), 0.0f);
    for (int64_t f = 0; f < s.filters; ++f) {
      for (int64_t i = 0; i < s.out_height; ++i) {
        PadColumns(1, s.out_width, padded_width, left, s.stride_width, dy,
                   scratch + (f * SpreadHeight(s) + i * s.stride_height) * padded_width * L);
        dy += s.out_width * L;
      }
    }
    Correlate(correlation, scratch + (left - padding) * L, padding, padding + SpreadWidth(s), packed, nullptr, false,
              dx);
    dx += s.channels * s.height * s.width * L;
  }
}

/// Adds to sums[filters][taps] the products of one channel and one row of taps, over a group.
template <int filters, int taps>
void GradientTile(const ConvShape& s, int64_t padded_width, const float* HWY_RESTRICT x, const float* HWY_RESTRICT dy,
                  int64_t first_row, int64_t last_row, float* HWY_RESTRICT sums) {
  V sum[filters][taps];
  HWY_UNROLL(8)
  for (int f = 0; f < filters; ++f) {
    HWY_UNROLL(8)
    for (int t = 0; t < taps; ++t) sum[f][t] = hn::Load(d, sums + (f * taps + t) * L);
  }
  const int64_t plane = s.out_height * s.out_width * L;
  for (int64_t i = first_row; i < last_row; ++i) {
    const float* HWY_RESTRICT from = x + i * s.stride_height * padded_width * L;
    const float* HWY_RESTRICT gradient = dy + i * s.out_width * L;
    for (int64_t j = 0; j < s.out_width; ++j, from += s.stride_width * L, gradient += L) {
      V value[taps];
      HWY_UNROLL(8)
      for (int t = 0; t < taps; ++t) value[t] = hn::Load(d, from + t * s.dilation_width * L);
      HWY_UNROLL(8)
      for (int f = 0; f < filters; ++f) {
        V factor = hn::Load(d, gradient + f * plane);
        HWY_UNROLL(8)
        for (int t = 0; t < taps; ++t) sum[f][t] = hn::MulAdd(value[t], factor, sum[f][t]);
      }
    }
  }
  HWY_UNROLL(8)
  for (int f = 0; f < filters; ++f) {
    HWY_UNROLL(8)
    for (int t = 0; t < taps; ++t) hn::Store(sum[f][t], d, sums + (f * taps + t) * L);
  }
}

constexpr int gradient_filters = wide ? 4 : 2;

template <int filters>
void GradientTaps(int64_t taps, const ConvShape& s, int64_t padded_width, const float* x, const float* dy,
                  int64_t first_row, int64_t last_row, float* sums) {
  switch (taps) {
    case 5: return GradientTile<filters, 5>(s, padded_width, x, dy, first_row, last_row, sums);
    case 4: return GradientTile<filters, 4>(s, padded_width, x, dy, first_row, last_row, sums);
    case 3: return GradientTile<filters, 3>(s, padded_width, x, dy, first_row, last_row, sums);
    case 2: return GradientTile<filters, 2>(s, padded_width, x, dy, first_row, last_row, sums);
    default: return GradientTile<filters, 1>(s, padded_width, x, dy, first_row, last_row, sums);
  }
}

template <int filters>
void GradientFilters(int64_t count, int64_t taps, const ConvShape& s, int64_t padded_width, const float* x,
                     const float* dy, int64_t first_row, int64_t last_row, float* sums) {
  if constexpr (filters > 1) {
    if (count < filters)
      return GradientFilters<filters - 1>(count, taps, s, padded_width, x, dy, first_row, last_row, sums);
  }
  GradientTaps<filters>(taps, s, padded_width, x, dy, first_row, last_row, sums);
}

/// The tiles of the gradient in a fixed order; `visit(c, u, v, taps, f, filters, sums)`.
template <class Visit>
HWY_INLINE void ForEachGradientTile(const ConvShape& s, float* sums, const Visit& visit) {
  for (int64_t c = 0; c < s.channels; ++c) {
    for (int64_t u = 0; u < s.kernel_height; ++u) {
      for (int64_t v = 0; v < s.kernel_width; v += 5) {
        const int64_t taps = std::min<int64_t>(5, s.kernel_width - v);
        for (int64_t f = 0; f < s.filters; f += gradient_filters) {
          const int64_t filters = std::min<int64_t>(gradient_filters, s.filters - f);
          visit.Call(c, u, v, taps, f, filters, sums);
          sums += filters * taps * L;
        }
      }
    }
  }
}

struct AddProducts {
  const ConvShape& s;
  int64_t padded_width;
  const float* x;
  const float* dy;

  void Call(int64_t c, int64_t u, int64_t v, int64_t taps, int64_t f, int64_t filters, float* sums) const {
    const int64_t top = u * s.dilation_height - s.pad_top;
    int64_t first = 0, last = s.out_height;
    while (first < last && top + first * s.stride_height < 0) ++first;
    while (last > first && top + (last - 1) * s.stride_height >= s.height) --last;
    GradientFilters<gradient_filters>(filters, taps, s, padded_width,
                                      x + ((c * s.height + top) * padded_width + v * s.dilation_width) * L,
                                      dy + f * s.out_height * s.out_width * L, first, last, sums);
  }
};

struct ReduceLanes {
  const ConvShape& s;
  float* dkernel;

  void Call(int64_t c, int64_t u, int64_t v, int64_t taps, int64_t f, int64_t filters, const float* sums) const {
    for (int64_t i = 0; i < filters; ++i) {
      for (int64_t t = 0; t < taps; ++t, sums += L) {
        float* to = dkernel + ((u * s.kernel_width + v + t) * s.channels + c) * s.filters + f + i;
        *to = hn::GetLane(hn::SumOfLanes(d, hn::Load(d, sums)));
      }
    }
  }
};

int64_t GradientSums(const ConvShape& s) { return s.channels * s.kernel_height * s.kernel_width * s.filters * L; }

int64_t BackwardWeightsScratch(const ConvShape& s) { return GradientSums(s) + s.filters * L + ForwardScratch(s); }

void AddBias(const ConvShape& s, const float* HWY_RESTRICT dy, float* HWY_RESTRICT sums) {
  const int64_t plane = s.out_height * s.out_width;
  for (int64_t f = 0; f < s.filters; ++f, sums += L) {
    V even = hn::Load(d, sums), odd = hn::Zero(d);
    int64_t i = 0;
    for (; i + 2 <= plane; i += 2, dy += 2 * L) {
      even = hn::Add(even, hn::Load(d, dy));
      odd = hn::Add(odd, hn::Load(d, dy + L));
    }
    if (i < plane) even = hn::Add(even, hn::Load(d, dy)), dy += L;
    hn::Store(hn::Add(even, odd), d, sums);
  }
}

void BackwardWeights(const ConvShape& s, int64_t groups, const float* x, const float* dy, float* dkernel, float* dbias,
                     SumPart part, float* scratch) {
  const int64_t padded_width = PaddedWidth(s);
  float* sums = scratch;
  float* bias_sums = sums + GradientSums(s);
  float* padded = bias_sums + s.filters * L;
  if (part.first) std::fill(sums, padded, 0.0f);
  for (int64_t group = 0; group < groups; ++group) {
    const float* source = x + group * s.channels * s.height * s.width * L;
    if (NeedsPadding(s)) {
      PadColumns(s.channels * s.height, s.width, padded_width, s.pad_left, 1, source, padded);
      source = padded;
    }
    const float* gradient = dy + group * s.filters * s.out_height * s.out_width * L;
    ForEachGradientTile(s, sums, AddProducts{s, padded_width, source, gradient});
    if (dbias != nullptr) AddBias(s, gradient, bias_sums);
  }
  if (!part.last) return;
  ForEachGradientTile(s, sums, ReduceLanes{s, dkernel});
  for (int64_t f = 0; dbias != nullptr && f < s.filters; ++f) {
    dbias[f] = hn::GetLane(hn::SumOfLanes(d, hn::Load(d, bias_sums + f * L)));
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(PackedSize);
HWY_EXPORT(Pack);
HWY_EXPORT(ForwardScratch);
HWY_EXPORT(Forward);
HWY_EXPORT(PackedBackwardSize);
HWY_EXPORT(PackBackward);
HWY_EXPORT(BackwardDataScratch);
HWY_EXPORT(BackwardData);
HWY_EXPORT(BackwardWeightsScratch);
HWY_EXPORT(BackwardWeights);

namespace lane_conv {

int64_t packed_size(const ConvShape& shape) { return HWY_DYNAMIC_DISPATCH(PackedSize)(shape); }

void pack(const ConvShape& shape, const float* kernel, float* packed) {
  HWY_DYNAMIC_DISPATCH(Pack)(shape, kernel, packed);
}

int64_t forward_scratch(const ConvShape& shape) { return HWY_DYNAMIC_DISPATCH(ForwardScratch)(shape); }

void forward(const ConvShape& shape, int64_t groups, const float* x, const float* packed, const float* bias, bool relu,
             float* y, float* scratch) {
  HWY_DYNAMIC_DISPATCH(Forward)(shape, groups, x, packed, bias, relu, y, scratch);
}

int64_t packed_backward_size(const ConvShape& shape) { return HWY_DYNAMIC_DISPATCH(PackedBackwardSize)(shape); }

void pack_backward(const ConvShape& shape, const float* kernel, float* packed) {
  HWY_DYNAMIC_DISPATCH(PackBackward)(shape, kernel, packed);
}

int64_t backward_data_scratch(const ConvShape& shape) { return HWY_DYNAMIC_DISPATCH(BackwardDataScratch)(shape); }

void backward_data(const ConvShape& shape, int64_t groups, const float* dy, const float* packed, float* dx,
                   float* scratch) {
  HWY_DYNAMIC_DISPATCH(BackwardData)(shape, groups, dy, packed, dx, scratch);
}

int64_t backward_weights_scratch(const ConvShape& shape) { return HWY_DYNAMIC_DISPATCH(BackwardWeightsScratch)(shape); }

void backward_weights(const ConvShape& shape, int64_t groups, const float* x, const float* dy, float* dkernel,
                      float* dbias, SumPart part, float* scratch) {
  HWY_DYNAMIC_DISPATCH(BackwardWeights)(shape, groups, x, dy, dkernel, dbias, part, scratch);
}

}  // namespace lane_conv
}  // namespace sluice
#endif
