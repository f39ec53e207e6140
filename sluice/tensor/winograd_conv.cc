#include "sluice/tensor/winograd_conv.h"

#include <algorithm>

#include "sluice/tensor/kernel_level.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/winograd_conv.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "sluice/tensor/matrix_tiles-inl.h"
#include "sluice/tensor/winograd_transforms-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using namespace winograd;  // Its own transforms.

/// An array [rows][height][width][channels].
struct Images {
  int64_t height, width, channels;
  int64_t floats() const { return height * width * channels; }
};

constexpr int64_t side = 4;  // outputs of a tile

/// Where the tiles of a convolution lie: `side` × `side` outputs each, in the order of the rows.
struct Tiling {
  Images x, y;
  int64_t pad_top, pad_left;
  int64_t down, right;

  explicit Tiling(const ConvShape& s)
      : x{s.height, s.width, s.channels},
        y{s.out_height, s.out_width, s.filters},
        pad_top(s.pad_top),
        pad_left(s.pad_left),
        down((s.out_height + side - 1) / side),
        right((s.out_width + side - 1) / side) {}

  int64_t of_image() const { return down * right; }
};

/// The convolution of dy with the kernel backwards.
ConvShape Backward(const ConvShape& s) {
  return {.channels = s.filters,
          .height = s.out_height,
          .width = s.out_width,
          .filters = s.channels,
          .kernel_height = s.kernel_height,
          .kernel_width = s.kernel_width,
          .pad_top = s.kernel_height - 1 - s.pad_top,
          .pad_left = s.kernel_width - 1 - s.pad_left,
          .out_height = s.height,
          .out_width = s.width};
}

/// The pixels of a square, row by row.
template <int across>
struct Square {
  const float* pixels[across * across];
};

/// The square at (top, left); pixels beyond the border are `zeros`.
template <int across>
HWY_INLINE Square<across> SquareAt(const Images& images, const float* image, int64_t top, int64_t left,
                                   const float* zeros) {
  Square<across> square;
  for (int64_t i = 0; i < across; ++i) {
    const bool inside = top + i >= 0 && top + i < images.height;
    const float* row = image + (top + i) * images.width * images.channels;
    for (int64_t j = 0; j < across; ++j) {
      const bool shown = inside && left + j >= 0 && left + j < images.width;
      square.pixels[i * across + j] = shown ? row + (left + j) * images.channels : zeros;
    }
  }
  return square;
}

/// Calls work(row of the batch, its row of tiles, its column of tiles, number) for `count` tiles from `first` on.
template <class Work>
HWY_INLINE void ForEachTile(const Tiling& t, int64_t first, int64_t count, const Work& work) {
  int64_t row = first / t.of_image(), i = first % t.of_image() / t.right, j = first % t.right;
  for (int64_t n = 0; n < count; ++n) {
    work(row, i, j, n);
    if (++j == t.right) j = 0, ++i;
    if (i == t.down) i = 0, ++row;
  }
}

/// Transforms channels from `channel` on, at most a vector of them, of a square; product p goes to to + p · plane.
template <class Transform>
HWY_INLINE void TransformTo(const Square<Transform::inputs>& square, int64_t channel, int64_t valid, float* to,
                            int64_t plane) {
  TransformSquare<Transform>(
      [&](int i, int j) HWY_ATTR { return LoadValid(square.pixels[i * Transform::inputs + j] + channel, valid); },
      [&](int i, int j, V value) HWY_ATTR { hn::StoreU(value, d, to + (i * Transform::outputs + j) * plane); });
}

/// Inputs of some tiles, transformed: [tile][product][channel], channels in whole vectors. A tile is a vector longer
/// than it need be, lest all tiles fall into the same sets of a cache.
struct TransformedInputs {
  int64_t channels, products, tiles;

  int64_t plane() const { return PanelWidths(channels); }
  int64_t row() const { return products * plane() + L; }
  int64_t floats() const { return tiles * row(); }
};

template <int size>
void ReadTiles(const Tiling& t, const TransformedInputs& v, const float* x, int64_t first, int64_t count, float* to,
               const float* zeros) {
  ForEachTile(t, first, count, [&](int64_t row, int64_t i, int64_t j, int64_t n) HWY_ATTR {
    const auto square =
        SquareAt<Basis<size>::points>(t.x, x + row * t.x.floats(), i * side - t.pad_top, j * side - t.pad_left, zeros);
    for (int64_t c = 0; c < v.channels; c += L)
      TransformTo<Interpolation<size>>(square, c, v.channels - c, to + n * v.row() + c, v.plane());
  });
}

/// to = the product of two matrices, or to += it: `a` as in AddProducts, rows of `to` a panel wide.
template <int rows, int vectors>
struct ProductTile {
  static void Run(int64_t depth, const float* left, int64_t left_row, int64_t left_step, const float* panel, bool adds,
                  float* to) {
    V sum[rows][vectors];
    LoadTile(to, vectors * L, vectors * L, !adds, sum);
    AddProducts<rows, vectors>(depth, left, left_row, left_step, panel, sum);
    StoreTile(sum, vectors * L, vectors * L, to);
  }
};

/// Tiles that are taken at once: as many as the second-level cache holds beside the kernel.
int64_t TilesAtOnce(int64_t products, int64_t channels, int64_t floats) {
  const int64_t of_a_tile = products * (PanelWidths(channels) + 2 * L);
  return std::clamp<int64_t>(floats / of_a_tile / 12 * 12, 12, 96);
}

/// What happens to finished sums.
struct Epilogue {
  const float* bias;
  bool relu;
  float ceiling;           ///< Where the rectifier ends.
  const float* rectified;  ///< An array like y: where it is not above zero, y becomes zero.
};

template <int size>
HWY_INLINE void WriteTile(const Tiling& t, const float* sums, int64_t plane, const Epilogue& end, int64_t place,
                          int64_t filter, int64_t valid, int64_t height, int64_t width, float* y) {
  V sum[side * side];
  TransformSquare<Summation<size, side>>(
      [&](int i, int j) HWY_ATTR { return hn::LoadU(d, sums + (i * Basis<size>::points + j) * plane); },
      [&](int i, int j, V value) HWY_ATTR { sum[i * side + j] = value; });
  const V bias = end.bias == nullptr ? hn::Zero(d) : LoadValid(end.bias + filter, valid);
  const V ceiling = hn::Set(d, end.ceiling);
  for (int i = 0; i < height; ++i) {
    for (int j = 0; j < width; ++j) {
      const int64_t at = place + (i * t.y.width + j) * t.y.channels + filter;
      V value = hn::Add(sum[i * side + j], bias);
      if (end.relu) value = hn::Min(ceiling, hn::Max(hn::Zero(d), value));
      if (end.rectified != nullptr)
        value = hn::IfThenElseZero(hn::Gt(LoadValid(end.rectified + at, valid), hn::Zero(d)), value);
      StoreValid(value, valid, y + at);
    }
  }
}

/// The sums of a panel: [product][tile][filter of the panel].
int64_t SumsPlane(int64_t tiles, int64_t vectors) { return tiles * vectors * L + L; }

template <int size>
void WriteTiles(const Tiling& t, const float* sums, int64_t plane, int64_t first, int64_t count, int64_t filter,
                int64_t vectors, const Epilogue& end, float* y) {
  ForEachTile(t, first, count, [&](int64_t row, int64_t i, int64_t j, int64_t n) HWY_ATTR {
    const int64_t top = i * side, left = j * side;
    const int64_t place = row * t.y.floats() + (top * t.y.width + left) * t.y.channels;
    const int64_t height = std::min<int64_t>(side, t.y.height - top), width = std::min<int64_t>(side, t.y.width - left);
    for (int64_t f = 0; f < vectors * L; f += L) {
      WriteTile<size>(t, sums + n * vectors * L + f, plane, end, place, filter + f, t.y.channels - filter - f, height,
                      width, y);
    }
  });
}

constexpr int64_t forward_floats = 48 * 1024, gradient_floats = 96 * 1024;

/// Scratch of a pass: transformed inputs, what belongs to a panel, a pixel of zeros.
struct Parts {
  TransformedInputs inputs;
  int64_t transformed, panel, zeros;

  Parts(const Tiling& t, int64_t products, int64_t floats)
      : inputs{t.x.channels, products, TilesAtOnce(products, t.x.channels, floats)},
        transformed(inputs.floats()),
        panel(products * SumsPlane(inputs.tiles, 2)),
        zeros(std::max(t.x.channels, t.y.channels)) {}
  int64_t floats() const { return transformed + panel + zeros; }
};

template <int size>
void Correlate(const Tiling& t, int64_t rows, const float* x, const float* packed, const Epilogue& end, float* y,
               float* scratch) {
  constexpr int products = Basis<size>::products;
  const Parts parts(t, products, forward_floats);
  const TransformedInputs& v = parts.inputs;
  float* sums = scratch + parts.transformed;
  float* zeros = sums + parts.panel;
  std::fill_n(zeros, parts.zeros, 0.0f);
  const int64_t tiles = rows * t.of_image();
  for (int64_t first = 0; first < tiles; first += v.tiles) {
    const int64_t count = std::min(v.tiles, tiles - first);
    ReadTiles<size>(t, v, x, first, count, scratch, zeros);
    ForEachPanel(t.y.channels, [&](int64_t f, int64_t vectors, int64_t) HWY_ATTR {
      const int64_t plane = SumsPlane(v.tiles, vectors);
      const float* weights = packed + f * products * v.channels;
      for (int p = 0; p < products; ++p, weights += v.channels * vectors * L) {
        ForEachPart(count, TileRows(vectors), [&](int64_t n, int64_t part) HWY_ATTR {
          TileFor<ProductTile>(vectors, part)(v.channels, scratch + p * v.plane() + n * v.row(), v.row(), 1, weights,
                                              false, sums + p * plane + n * vectors * L);
        });
      }
      WriteTiles<size>(t, sums, plane, first, count, f, vectors, end, y);
    });
  }
}

int64_t Products(const ConvShape& s) { return s.kernel_height == 3 ? Basis<3>::products : Basis<5>::products; }

int64_t PackedSize(const ConvShape& s) { return Products(s) * s.channels * PanelWidths(s.filters); }

/// As [panel][product][channel][filter].
template <int size>
void PackKernel(int64_t channels, int64_t filters, const float* kernel, float* packed) {
  using B = Basis<size>;
  ForEachPanel(filters, [&](int64_t f, int64_t vectors, int64_t) HWY_ATTR {
    float* panel = packed + f * B::products * channels;
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t at = 0; at < vectors * L; at += L) {
        const float* from = kernel + c * filters + f + at;
        float* to = panel + c * vectors * L + at;
        TransformSquare<Evaluation<size, size>>(
            [&](int i, int j)
                HWY_ATTR { return LoadValid(from + (i * size + j) * channels * filters, filters - f - at); },
            [&](int i, int j, V value) HWY_ATTR {
              const int p = i * B::points + j;
              hn::StoreU(hn::Mul(KernelScale<size>(p), value), d, to + p * channels * vectors * L);
            });
      }
    }
  });
}

void Pack(const ConvShape& s, const float* kernel, float* packed) {
  (s.kernel_height == 3 ? PackKernel<3> : PackKernel<5>)(s.channels, s.filters, kernel, packed);
}

int64_t ForwardScratch(const ConvShape& s) { return Parts(Tiling(s), Products(s), forward_floats).floats(); }

void Run(const ConvShape& s, int64_t rows, const float* x, const float* packed, const Epilogue& end, float* y,
         float* scratch) {
  (s.kernel_height == 3 ? Correlate<3> : Correlate<5>)(Tiling(s), rows, x, packed, end, y, scratch);
}

void Forward(const ConvShape& s, int64_t rows, const float* x, const float* packed, const float* bias, bool relu,
             float ceiling, float* y, float* scratch) {
  Run(s, rows, x, packed, {bias, relu, ceiling, nullptr}, y, scratch);
}

/// Behind the packed kernel there is room for the kernel backwards.
int64_t PackedBackwardSize(const ConvShape& s) {
  return PackedSize(Backward(s)) + s.kernel_height * s.kernel_width * s.channels * s.filters;
}

void PackBackward(const ConvShape& s, const float* kernel, float* packed) {
  float* backwards = packed + PackedSize(Backward(s));
  const int64_t taps = s.kernel_height * s.kernel_width;
  for (int64_t tap = 0; tap < taps; ++tap) {
    const float* from = kernel + (taps - 1 - tap) * s.channels * s.filters;
    float* to = backwards + tap * s.channels * s.filters;
    for (int64_t c = 0; c < s.channels; ++c) {
      for (int64_t f = 0; f < s.filters; ++f) to[f * s.channels + c] = from[c * s.filters + f];
    }
  }
  Pack(Backward(s), backwards, packed);
}

int64_t BackwardDataScratch(const ConvShape& s) { return ForwardScratch(Backward(s)); }

void BackwardData(const ConvShape& s, int64_t rows, const float* dy, const float* packed, const float* rectified,
                  float* dx, float* scratch) {
  Run(Backward(s), rows, dy, packed, {nullptr, false, 0, rectified}, dx, scratch);
}

/// Transforms a vector of filters of the gradients of some tiles, and returns what it has added to `bias`.
template <int size>
V ReadGradients(const Tiling& t, const float* dy, int64_t first, int64_t count, int64_t filter, V bias, float* to,
                int64_t row, int64_t plane, const float* zeros) {
  const int64_t valid = t.y.channels - filter;
  ForEachTile(t, first, count, [&](int64_t image, int64_t i, int64_t j, int64_t n) HWY_ATTR {
    const auto square = SquareAt<side>(t.y, dy + image * t.y.floats(), i * side, j * side, zeros);
    TransformTo<Evaluation<size, side>>(square, filter, valid, to + n * row, plane);
    for (const float* pixel : square.pixels) bias = hn::Add(bias, LoadValid(pixel + filter, valid));
  });
  return bias;
}

/// dkernel from the gradients of the packed kernel, one panel of it.
template <int size>
void UnpackGradients(const Tiling& t, const float* packed, int64_t filter, int64_t vectors, float* dkernel) {
  const int64_t channels = t.x.channels, filters = t.y.channels;
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t at = 0; at < vectors * L; at += L) {
      const float* from = packed + c * vectors * L + at;
      float* to = dkernel + c * filters + filter + at;
      TransformSquare<Summation<size, size>>(
          [&](int i, int j) HWY_ATTR {
            const int p = i * Basis<size>::points + j;
            return hn::Mul(KernelScale<size>(p), hn::LoadU(d, from + p * channels * vectors * L));
          },
          [&](int i, int j, V value)
              HWY_ATTR { StoreValid(value, filters - filter - at, to + (i * size + j) * channels * filters); });
    }
  }
}

int64_t BackwardWeightsScratch(const ConvShape& s) {
  return Parts(Tiling(s), Products(s), gradient_floats).floats() + PackedSize(s);
}

/// Adds the products of some tiles to the gradients of one panel of the packed kernel.
void AddGradients(const TransformedInputs& v, int64_t products, const float* inputs, int64_t count, const float* panels,
                  int64_t plane, int64_t vectors, bool adds, float* gradients) {
  for (int64_t p = 0; p < products; ++p, gradients += v.channels * vectors * L) {
    ForEachPart(v.channels, TileRows(vectors), [&](int64_t c, int64_t part) HWY_ATTR {
      TileFor<ProductTile>(vectors, part)(count, inputs + p * v.plane() + c, 1, v.row(), panels + p * plane, adds,
                                          gradients + c * vectors * L);
    });
  }
}

template <int size>
void AddWeights(const ConvShape& s, int64_t rows, const float* x, const float* dy, float* dkernel, float* dbias,
                SumPart part, float* scratch) {
  constexpr int products = Basis<size>::products;
  const Tiling t(s);
  const Parts parts(t, products, gradient_floats);
  const TransformedInputs& v = parts.inputs;
  float* panels = scratch + parts.transformed;
  float* zeros = panels + parts.panel;
  float* gradients = zeros + parts.zeros;
  std::fill_n(zeros, parts.zeros, 0.0f);
  if (dbias != nullptr && part.first) std::fill(dbias, dbias + s.filters, 0.0f);
  const int64_t tiles = rows * t.of_image();
  for (int64_t first = 0; first < tiles; first += v.tiles) {
    const int64_t count = std::min(v.tiles, tiles - first);
    ReadTiles<size>(t, v, x, first, count, scratch, zeros);
    ForEachPanel(s.filters, [&](int64_t f, int64_t vectors, int64_t valid) HWY_ATTR {
      const int64_t plane = SumsPlane(v.tiles, vectors);
      for (int64_t at = 0; at < vectors * L; at += L) {
        V bias = dbias == nullptr ? hn::Zero(d) : LoadValid(dbias + f + at, valid - at);
        bias = ReadGradients<size>(t, dy, first, count, f + at, bias, panels + at, vectors * L, plane, zeros);
        if (dbias != nullptr) StoreValid(bias, valid - at, dbias + f + at);
      }
      AddGradients(v, products, scratch, count, panels, plane, vectors, first > 0 || !part.first,
                   gradients + f * products * s.channels);
    });
  }
  if (!part.last) return;
  ForEachPanel(s.filters, [&](int64_t f, int64_t vectors, int64_t) HWY_ATTR {
    UnpackGradients<size>(t, gradients + f * products * s.channels, f, vectors, dkernel);
  });
}

void BackwardWeights(const ConvShape& s, int64_t rows, const float* x, const float* dy, float* dkernel, float* dbias,
                     SumPart part, float* scratch) {
  (s.kernel_height == 3 ? AddWeights<3> : AddWeights<5>)(s, rows, x, dy, dkernel, dbias, part, scratch);
}

bool Supports(const ConvShape& s) {
  return s.kernel_height == s.kernel_width && (s.kernel_height == 3 || s.kernel_height == 5) && s.stride_height == 1 &&
         s.stride_width == 1 && s.dilation_height == 1 && s.dilation_width == 1 && s.groups == 1;
}

const RowConv* Functions() {
  static constexpr RowConv functions = {
      .name = "winograd_conv",
      .supports = Supports,
      .packed_size = PackedSize,
      .pack = Pack,
      .forward_scratch = ForwardScratch,
      .forward = Forward,
      .packed_backward_size = PackedBackwardSize,
      .pack_backward = PackBackward,
      .backward_data_scratch = BackwardDataScratch,
      .backward_data = BackwardData,
      .backward_weights_scratch = BackwardWeightsScratch,
      .backward_weights = BackwardWeights,
  };
  return &functions;
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Functions);

const RowConv& winograd_conv() {
  kernel_level();
  return *HWY_DYNAMIC_DISPATCH(Functions)();
}

}  // namespace sluice
#endif
