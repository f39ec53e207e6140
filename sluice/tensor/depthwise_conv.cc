#include "sluice/tensor/depthwise_conv.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/depthwise_conv.cc"
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

/// Taps [first, last) of a kernel that meet the image.
struct Taps {
  int64_t first, last;
};

/// Taps u with 0 <= at + u · dilation < length.
Taps TapsInside(int64_t at, int64_t dilation, int64_t size, int64_t length) {
  Taps taps{0, size};
  while (taps.first < size && at + taps.first * dilation < 0) ++taps.first;
  while (taps.last > taps.first && at + (taps.last - 1) * dilation >= length) --taps.last;
  return taps;
}

/// Outputs [first, last) that a tap at distance `at` from the window's start brings into the image.
Taps OutputsInside(int64_t at, int64_t stride, int64_t outputs, int64_t length) {
  Taps inside{0, outputs};
  while (inside.first < outputs && inside.first * stride + at < 0) ++inside.first;
  while (inside.last > inside.first && (inside.last - 1) * stride + at >= length) --inside.last;
  return inside;
}

/// Vectors of channels, the last of which may be part of one.
template <int vectors>
struct Channels {
  Mask last;

  explicit Channels(int64_t count) : last(hn::FirstN(d, static_cast<size_t>(count - (vectors - 1) * L))) {}
  template <bool whole>
  HWY_INLINE V Load(int k, const float* from) const {
    if (whole || k < vectors - 1) return hn::LoadU(d, from + k * L);
    return hn::MaskedLoad(last, d, from + k * L);
  }
  template <bool whole>
  HWY_INLINE void Store(V value, int k, float* to) const {
    if (whole || k < vectors - 1) return hn::StoreU(value, d, to + k * L);
    hn::BlendedStore(value, last, d, to + k * L);
  }
};

/// Calls `run.template Block<vectors, whole>(first channel, channels)` for all channels.
template <int vectors, class Run>
HWY_INLINE void ForEachChannelBlock(int64_t channels, const Run& run) {
  int64_t c = 0;
  for (; c + vectors * L <= channels; c += vectors * L)
    run.template Block<vectors, true>(c, Channels<vectors>(vectors * L));
  for (; c + L <= channels; c += L) run.template Block<1, true>(c, Channels<1>(L));
  if (c < channels) run.template Block<1, false>(c, Channels<1>(channels - c));
}

/// What all tiles of a forward pass share.
struct Forward {
  const ConvShape& s;
  const float* kernel;
  const float* bias;
  float low, high;
};

/// `positions` output columns side by side, all of whose taps `columns` meet the image.
template <int positions>
struct ForwardTile {
  const Forward& f;
  const float* HWY_RESTRICT x;  // the first column's first tap
  float* HWY_RESTRICT y;
  Taps rows, columns;

  template <int vectors, bool whole>
  HWY_INLINE void Block(int64_t c, Channels<vectors> channels) const {
    const ConvShape& s = f.s;
    V sum[positions][vectors];
    HWY_UNROLL(4)
    for (int k = 0; k < vectors; ++k) {
      const V start = f.bias == nullptr ? hn::Zero(d) : channels.template Load<whole>(k, f.bias + c);
      HWY_UNROLL(8)
      for (int p = 0; p < positions; ++p) sum[p][k] = start;
    }
    const int64_t step = s.stride_width * s.channels;
    for (int64_t u = rows.first; u < rows.last; ++u) {
      const float* HWY_RESTRICT from = x + u * s.dilation_height * s.width * s.channels + c;
      const float* HWY_RESTRICT weight = f.kernel + u * s.kernel_width * s.channels + c;
      for (int64_t v = columns.first; v < columns.last; ++v) {
        HWY_UNROLL(4)
        for (int k = 0; k < vectors; ++k) {
          const V factor = channels.template Load<whole>(k, weight + v * s.channels);
          HWY_UNROLL(8)
          for (int p = 0; p < positions; ++p) {
            const V value = channels.template Load<whole>(k, from + v * s.dilation_width * s.channels + p * step);
            sum[p][k] = hn::MulAdd(value, factor, sum[p][k]);
          }
        }
      }
    }
    const V low = hn::Set(d, f.low), high = hn::Set(d, f.high);
    HWY_UNROLL(8)
    for (int p = 0; p < positions; ++p) {
      HWY_UNROLL(4)
      for (int k = 0; k < vectors; ++k) {
        channels.template Store<whole>(hn::Min(high, hn::Max(low, sum[p][k])), k, y + p * s.channels + c);
      }
    }
  }
};

/// The same for kernels of 3×3 without strides and dilation, all of whose taps meet the image: each value is loaded
/// once for its taps in a row.
template <int positions>
struct ThreeByThreeTile {
  const Forward& f;
  const float* HWY_RESTRICT x;
  float* HWY_RESTRICT y;

  template <int vectors, bool whole>
  HWY_INLINE void Block(int64_t c, Channels<vectors> channels) const {
    constexpr int size = 3, values = positions - 1 + size;
    const int64_t step = f.s.channels, row = f.s.width * step;
    const V low = hn::Set(d, f.low), high = hn::Set(d, f.high);
    HWY_UNROLL(2)
    for (int k = 0; k < vectors; ++k) {
      V sum[positions];
      const V start = f.bias == nullptr ? hn::Zero(d) : channels.template Load<whole>(k, f.bias + c);
      HWY_UNROLL(4)
      for (int p = 0; p < positions; ++p) sum[p] = start;
      HWY_UNROLL(3)
      for (int u = 0; u < size; ++u) {
        V value[values];
        HWY_UNROLL(9)
        for (int i = 0; i < values; ++i) value[i] = channels.template Load<whole>(k, x + u * row + i * step + c);
        HWY_UNROLL(3)
        for (int v = 0; v < size; ++v) {
          const V factor = channels.template Load<whole>(k, f.kernel + (u * size + v) * step + c);
          HWY_UNROLL(4)
          for (int p = 0; p < positions; ++p) sum[p] = hn::MulAdd(value[p + v], factor, sum[p]);
        }
      }
      HWY_UNROLL(4)
      for (int p = 0; p < positions; ++p)
        channels.template Store<whole>(hn::Min(high, hn::Max(low, sum[p])), k, y + p * step + c);
    }
  }
};

constexpr int tile_positions = 4;
constexpr int tile_vectors = 2;

/// Output columns side by side, all of whose columns of taps meet the image.
HWY_INLINE void RunInside(const Forward& f, const float* x, float* y, Taps rows) {
  const ConvShape& s = f.s;
  const bool dense = s.stride_width == 1 && s.dilation_width == 1 && s.dilation_height == 1;
  if (dense && s.kernel_width == 3 && s.kernel_height == 3 && rows.last - rows.first == 3) {
    ForEachChannelBlock<tile_vectors>(s.channels, ThreeByThreeTile<tile_positions>{f, x, y});
  } else {
    const Taps columns{0, s.kernel_width};
    ForEachChannelBlock<tile_vectors>(s.channels, ForwardTile<tile_positions>{f, x, y, rows, columns});
  }
}

/// One output column, whose taps `columns` meet the image.
HWY_INLINE void RunAtBorder(const Forward& f, const float* x, float* y, Taps rows, Taps columns) {
  ForEachChannelBlock<tile_vectors>(f.s.channels, ForwardTile<1>{f, x, y, rows, columns});
}

/// One row of outputs; x and y are those of the image.
void ForwardRow(const Forward& f, int64_t i, const float* x, float* y) {
  const ConvShape& s = f.s;
  const int64_t top = i * s.stride_height - s.pad_top;
  const Taps rows = TapsInside(top, s.dilation_height, s.kernel_height, s.height);
  const Taps left = OutputsInside(-s.pad_left, s.stride_width, s.out_width, s.width);
  const Taps right =
      OutputsInside((s.kernel_width - 1) * s.dilation_width - s.pad_left, s.stride_width, s.out_width, s.width);
  const int64_t last_inside = std::min(left.last, right.last);
  for (int64_t j = 0; j < s.out_width;) {
    const int64_t column = j * s.stride_width - s.pad_left;
    const float* from = x + (top * s.width + column) * s.channels;
    float* to = y + (i * s.out_width + j) * s.channels;
    if (j >= left.first && j + tile_positions <= last_inside) {
      RunInside(f, from, to, rows);
      j += tile_positions;
    } else {
      RunAtBorder(f, from, to, rows, TapsInside(column, s.dilation_width, s.kernel_width, s.width));
      ++j;
    }
  }
}

void RunForward(const ConvShape& s, int64_t rows, const float* x, const float* kernel, const float* bias, float low,
                float high, float* y) {
  const Forward forward{s, kernel, bias, low, high};
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < s.out_height; ++i) ForwardRow(forward, i, x, y);
    x += s.height * s.width * s.channels;
    y += s.out_height * s.out_width * s.channels;
  }
}

/// One pixel of dx: the taps that touched it.
struct BackwardPixel {
  const ConvShape& s;
  const float* HWY_RESTRICT dy;  // of the image
  const float* HWY_RESTRICT kernel;
  float* HWY_RESTRICT dx;
  int64_t row, column;

  template <int vectors, bool whole>
  HWY_INLINE void Block(int64_t c, Channels<vectors> channels) const {
    V sum[vectors];
    HWY_UNROLL(4)
    for (int k = 0; k < vectors; ++k) sum[k] = hn::Zero(d);
    for (int64_t u = 0; u < s.kernel_height; ++u) {
      const int64_t y = row + s.pad_top - u * s.dilation_height;
      if (y < 0 || y % s.stride_height != 0 || y / s.stride_height >= s.out_height) continue;
      for (int64_t v = 0; v < s.kernel_width; ++v) {
        const int64_t x = column + s.pad_left - v * s.dilation_width;
        if (x < 0 || x % s.stride_width != 0 || x / s.stride_width >= s.out_width) continue;
        const float* from = dy + (y / s.stride_height * s.out_width + x / s.stride_width) * s.channels + c;
        const float* weight = kernel + (u * s.kernel_width + v) * s.channels + c;
        HWY_UNROLL(4)
        for (int k = 0; k < vectors; ++k) {
          sum[k] = hn::MulAdd(channels.template Load<whole>(k, from), channels.template Load<whole>(k, weight), sum[k]);
        }
      }
    }
    HWY_UNROLL(4)
    for (int k = 0; k < vectors; ++k) channels.template Store<whole>(sum[k], k, dx + c);
  }
};

void BackwardData(const ConvShape& s, int64_t rows, const float* dy, const float* kernel, float* dx) {
  for (int64_t n = 0; n < rows; ++n, dy += s.out_height * s.out_width * s.channels) {
    for (int64_t i = 0; i < s.height; ++i) {
      for (int64_t j = 0; j < s.width; ++j, dx += s.channels) {
        ForEachChannelBlock<4>(s.channels, BackwardPixel{s, dy, kernel, dx, i, j});
      }
    }
  }
}

/// Adds to the gradient of one tap what a row of outputs has of it.
struct BackwardTap {
  const ConvShape& s;
  const float* HWY_RESTRICT x;  // where the tap meets output column 0
  const float* HWY_RESTRICT dy;
  float* HWY_RESTRICT dkernel;
  Taps outputs;

  template <int vectors, bool whole>
  HWY_INLINE void Block(int64_t c, Channels<vectors> channels) const {
    V sum[vectors];
    HWY_UNROLL(4)
    for (int k = 0; k < vectors; ++k) sum[k] = channels.template Load<whole>(k, dkernel + c);
    for (int64_t j = outputs.first; j < outputs.last; ++j) {
      const float* value = x + j * s.stride_width * s.channels + c;
      const float* gradient = dy + j * s.channels + c;
      HWY_UNROLL(4)
      for (int k = 0; k < vectors; ++k) {
        sum[k] =
            hn::MulAdd(channels.template Load<whole>(k, value), channels.template Load<whole>(k, gradient), sum[k]);
      }
    }
    HWY_UNROLL(4)
    for (int k = 0; k < vectors; ++k) channels.template Store<whole>(sum[k], k, dkernel + c);
  }
};

void BackwardWeights(const ConvShape& s, int64_t rows, const float* x, const float* dy, float* dkernel) {
  std::fill_n(dkernel, s.kernel_height * s.kernel_width * s.channels, 0.0f);
  for (int64_t n = 0; n < rows; ++n, x += s.height * s.width * s.channels) {
    for (int64_t i = 0; i < s.out_height; ++i, dy += s.out_width * s.channels) {
      const int64_t top = i * s.stride_height - s.pad_top;
      const Taps taps = TapsInside(top, s.dilation_height, s.kernel_height, s.height);
      for (int64_t u = taps.first; u < taps.last; ++u) {
        for (int64_t v = 0; v < s.kernel_width; ++v) {
          const int64_t left = v * s.dilation_width - s.pad_left;
          const float* from = x + ((top + u * s.dilation_height) * s.width + left) * s.channels;
          ForEachChannelBlock<4>(s.channels, BackwardTap{s, from, dy, dkernel + (u * s.kernel_width + v) * s.channels,
                                                         OutputsInside(left, s.stride_width, s.out_width, s.width)});
        }
      }
    }
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(RunForward);
HWY_EXPORT(BackwardData);
HWY_EXPORT(BackwardWeights);

namespace depthwise_conv {

void forward(const ConvShape& shape, int64_t rows, const float* x, const float* kernel, const float* bias, float low,
             float high, float* y) {
  HWY_DYNAMIC_DISPATCH(RunForward)(shape, rows, x, kernel, bias, low, high, y);
}

void backward_data(const ConvShape& shape, int64_t rows, const float* dy, const float* kernel, float* dx) {
  HWY_DYNAMIC_DISPATCH(BackwardData)(shape, rows, dy, kernel, dx);
}

void backward_weights(const ConvShape& shape, int64_t rows, const float* x, const float* dy, float* dkernel) {
  HWY_DYNAMIC_DISPATCH(BackwardWeights)(shape, rows, x, dy, dkernel);
}

}  // namespace depthwise_conv
}  // namespace sluice
#endif
