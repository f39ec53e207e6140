#include "sluice/tensor/winograd_conv.h"

#include <algorithm>

#include "sluice/tensor/kernel_level.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/winograd_conv.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "sluice/tensor/matrix_tiles-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Polynomials are multiplied by their values at 0, ±a, ±b and infinity, in this order. With ab = 1 the powers stay
/// near 1, and rounding errors small.
constexpr int points = 6;
constexpr int products = points * points;
constexpr float a = 0.70710678f, b = 1.41421356f;
constexpr float a2 = 0.5f, b2 = 2.0f;

HWY_INLINE V Times(float factor, V x) { return hn::Mul(hn::Set(d, factor), x); }
HWY_INLINE V AddTimes(float factor, V x, V sum) { return hn::MulAdd(hn::Set(d, factor), x, sum); }
HWY_INLINE V SubtractTimes(float factor, V x, V sum) { return hn::NegMulAdd(hn::Set(d, factor), x, sum); }

/// Values of the polynomial with `count` coefficients at the points; at infinity that is the last coefficient.
template <int count>
struct Evaluation {
  static constexpr int inputs = count, outputs = points;

  static HWY_INLINE void Run(const V (&x)[count], V (&y)[points]) {
    V even_a = x[0], even_b = x[0], odd_a = x[1], odd_b = x[1];
    if constexpr (count > 2) even_a = AddTimes(a2, x[2], even_a), even_b = AddTimes(b2, x[2], even_b);
    if constexpr (count > 3) odd_a = AddTimes(a2, x[3], odd_a), odd_b = AddTimes(b2, x[3], odd_b);
    if constexpr (count > 4) even_a = AddTimes(a2 * a2, x[4], even_a), even_b = AddTimes(b2 * b2, x[4], even_b);
    y[0] = x[0];
    y[1] = AddTimes(a, odd_a, even_a);
    y[2] = SubtractTimes(a, odd_a, even_a);
    y[3] = AddTimes(b, odd_b, even_b);
    y[4] = SubtractTimes(b, odd_b, even_b);
    y[5] = x[count - 1];
  }
};

/// The transpose of Evaluation.
template <int count>
struct Summation {
  static constexpr int inputs = points, outputs = count;

  static HWY_INLINE void Run(const V (&x)[points], V (&y)[count]) {
    const V sum_a = hn::Add(x[1], x[2]), sum_b = hn::Add(x[3], x[4]);
    const V difference_a = Times(a, hn::Sub(x[1], x[2])), difference_b = Times(b, hn::Sub(x[3], x[4]));
    y[0] = hn::Add(hn::Add(x[0], sum_a), sum_b);
    y[1] = hn::Add(difference_a, difference_b);
    if constexpr (count > 2) y[2] = AddTimes(b2, sum_b, Times(a2, sum_a));
    if constexpr (count > 3) y[3] = AddTimes(b2, difference_b, Times(a2, difference_a));
    if constexpr (count > 4) y[4] = AddTimes(b2 * b2, sum_b, Times(a2 * a2, sum_a));
    y[count - 1] = hn::Add(y[count - 1], x[5]);
  }
};

/// The transpose of interpolation through the points, but for the divisors that `KernelScale` has.
struct Interpolation {
  static constexpr int inputs = points, outputs = points;

  static HWY_INLINE void Run(const V (&x)[points], V (&y)[points]) {
    const V even_a = SubtractTimes(b2, x[2], x[4]), odd_a = SubtractTimes(b2, x[1], x[3]);
    const V even_b = SubtractTimes(a2, x[2], x[4]), odd_b = SubtractTimes(a2, x[1], x[3]);
    y[0] = SubtractTimes(a2 + b2, x[2], hn::Add(x[0], x[4]));
    y[1] = AddTimes(a, odd_a, even_a);
    y[2] = SubtractTimes(a, odd_a, even_a);
    y[3] = AddTimes(b, odd_b, even_b);
    y[4] = SubtractTimes(b, odd_b, even_b);
    y[5] = SubtractTimes(a2 + b2, x[3], hn::Add(x[1], x[5]));
  }
};

/// One over the product of the distances of a point to the other finite ones.
constexpr float PointScale(int point) {
  constexpr float of_a = 1 / (2 * a2 * (a2 - b2)), of_b = 1 / (2 * b2 * (b2 - a2));
  constexpr float scales[points] = {1, of_a, of_a, of_b, of_b, 1};
  return scales[point];
}
HWY_INLINE V KernelScale(int product) {
  return hn::Set(d, PointScale(product / points) * PointScale(product % points));
}

/// Transforms the columns of a square, then its rows.
template <class Transform>
HWY_INLINE void TransformSquare(const V (&x)[Transform::inputs * Transform::inputs],
                                V (&y)[Transform::outputs * Transform::outputs]) {
  constexpr int in = Transform::inputs, out = Transform::outputs;
  V half[out * in];
  HWY_UNROLL(6)
  for (int j = 0; j < in; ++j) {
    V column[in], transformed[out];
    HWY_UNROLL(6)
    for (int i = 0; i < in; ++i) column[i] = x[i * in + j];
    Transform::Run(column, transformed);
    HWY_UNROLL(6)
    for (int i = 0; i < out; ++i) half[i * in + j] = transformed[i];
  }
  HWY_UNROLL(6)
  for (int i = 0; i < out; ++i) {
    V row[in], transformed[out];
    HWY_UNROLL(6)
    for (int j = 0; j < in; ++j) row[j] = half[i * in + j];
    Transform::Run(row, transformed);
    HWY_UNROLL(6)
    for (int j = 0; j < out; ++j) y[i * out + j] = transformed[j];
  }
}

/// An array [rows][height][width][channels].
struct Images {
  int64_t height, width, channels;
  int64_t floats() const { return height * width * channels; }
};

/// Where the tiles of a convolution lie: `side` × `side` outputs each, in the order of the rows.
struct Tiling {
  Images x, y;
  int64_t pad_top, pad_left;
  int64_t side, down, right;

  int64_t of_image() const { return down * right; }
};

template <int side>
Tiling ForwardTiling(const ConvShape& s) {
  return {{s.height, s.width, s.channels},  {s.out_height, s.out_width, s.filters}, s.pad_top, s.pad_left, side,
          (s.out_height + side - 1) / side, (s.out_width + side - 1) / side};
}

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

/// A square of pixels: distances are in floats.
struct Square {
  const float* first;
  int64_t down, right;
};

/// The square of `side` pixels at (top, left), in place, or copied with zeros around it where it passes the border.
HWY_INLINE Square SquareAt(const Images& images, const float* image, int64_t top, int64_t left, int64_t side,
                           float* patch) {
  const int64_t channels = images.channels;
  if (top >= 0 && left >= 0 && top + side <= images.height && left + side <= images.width)
    return {image + (top * images.width + left) * channels, images.width * channels, channels};
  std::fill(patch, patch + side * side * channels, 0.0f);
  const int64_t first = std::max<int64_t>(0, -left), last = std::min(side, images.width - left);
  for (int64_t i = std::max<int64_t>(0, -top); i < std::min(side, images.height - top); ++i) {
    if (first < last)
      std::copy_n(image + ((top + i) * images.width + left + first) * channels, (last - first) * channels,
                  patch + (i * side + first) * channels);
  }
  return {patch, side * channels, channels};
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
HWY_INLINE void TransformTo(const Square& square, int64_t channel, int64_t valid, float* to, int64_t plane) {
  constexpr int in = Transform::inputs;
  V x[in * in], y[products];
  for (int i = 0; i < in; ++i) {
    HWY_UNROLL(6)
    for (int j = 0; j < in; ++j)
      x[i * in + j] = LoadValid(square.first + i * square.down + j * square.right + channel, valid);
  }
  TransformSquare<Transform>(x, y);
  HWY_UNROLL(36)
  for (int p = 0; p < products; ++p) hn::StoreU(y[p], d, to + p * plane);
}

/// Inputs of some tiles, transformed: [product][tile][channel], channels in whole vectors. A plane is a vector longer
/// than it need be, lest all products fall into the same set of a cache.
struct TransformedInputs {
  int64_t channels, tiles;

  int64_t row() const { return PanelWidths(channels); }
  int64_t plane() const { return tiles * row() + L; }
  int64_t floats() const { return products * plane(); }
};

void ReadTiles(const Tiling& t, const TransformedInputs& v, const float* x, int64_t first, int64_t count, float* to,
               float* patch) {
  ForEachTile(t, first, count, [&](int64_t row, int64_t i, int64_t j, int64_t n) HWY_ATTR {
    const Square square =
        SquareAt(t.x, x + row * t.x.floats(), i * t.side - t.pad_top, j * t.side - t.pad_left, points, patch);
    for (int64_t c = 0; c < v.channels; c += L)
      TransformTo<Interpolation>(square, c, v.channels - c, to + n * v.row() + c, v.plane());
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
int64_t TilesAtOnce(int64_t channels, int64_t floats) {
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

template <int side>
HWY_INLINE void WriteTile(const Tiling& t, const float* sums, int64_t plane, const Epilogue& end, int64_t place,
                          int64_t filter, int64_t valid, int64_t height, int64_t width, float* y) {
  V x[products], sum[side * side];
  HWY_UNROLL(36)
  for (int p = 0; p < products; ++p) x[p] = hn::LoadU(d, sums + p * plane);
  TransformSquare<Summation<side>>(x, sum);
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

template <int side>
void WriteTiles(const Tiling& t, const float* sums, int64_t plane, int64_t first, int64_t count, int64_t filter,
                int64_t vectors, const Epilogue& end, float* y) {
  ForEachTile(t, first, count, [&](int64_t row, int64_t i, int64_t j, int64_t n) HWY_ATTR {
    const int64_t top = i * side, left = j * side;
    const int64_t place = row * t.y.floats() + (top * t.y.width + left) * t.y.channels;
    const int64_t height = std::min<int64_t>(side, t.y.height - top), width = std::min<int64_t>(side, t.y.width - left);
    for (int64_t f = 0; f < vectors * L; f += L) {
      WriteTile<side>(t, sums + n * vectors * L + f, plane, end, place, filter + f, t.y.channels - filter - f, height,
                      width, y);
    }
  });
}

constexpr int64_t forward_floats = 48 * 1024, gradient_floats = 96 * 1024;

/// Scratch of a pass: transformed inputs, what belongs to a panel, a square.
struct Parts {
  TransformedInputs inputs;
  int64_t panel, patch;

  Parts(const Tiling& t, int64_t floats)
      : inputs{t.x.channels, TilesAtOnce(t.x.channels, floats)},
        panel(products * SumsPlane(inputs.tiles, 2)),
        patch(products * std::max(t.x.channels, t.y.channels)) {}
  int64_t floats() const { return inputs.floats() + panel + patch; }
};

template <int side>
void Correlate(const Tiling& t, int64_t rows, const float* x, const float* packed, const Epilogue& end, float* y,
               float* scratch) {
  const Parts parts(t, forward_floats);
  const TransformedInputs& v = parts.inputs;
  float* sums = scratch + v.floats();
  float* patch = sums + parts.panel;
  const int64_t tiles = rows * t.of_image();
  for (int64_t first = 0; first < tiles; first += v.tiles) {
    const int64_t count = std::min(v.tiles, tiles - first);
    ReadTiles(t, v, x, first, count, scratch, patch);
    ForEachPanel(t.y.channels, [&](int64_t f, int64_t vectors, int64_t) HWY_ATTR {
      const int64_t plane = SumsPlane(v.tiles, vectors);
      const float* weights = packed + f * products * v.channels;
      for (int p = 0; p < products; ++p, weights += v.channels * vectors * L) {
        ForEachPart(count, TileRows(vectors), [&](int64_t n, int64_t part) HWY_ATTR {
          TileFor<ProductTile>(vectors, part)(v.channels, scratch + p * v.plane() + n * v.row(), v.row(), 1, weights,
                                              false, sums + p * plane + n * vectors * L);
        });
      }
      WriteTiles<side>(t, sums, plane, first, count, f, vectors, end, y);
    });
  }
}

int64_t PackedSize(const ConvShape& s) { return products * s.channels * PanelWidths(s.filters); }

/// As [panel][product][channel][filter].
template <int size>
void PackKernel(int64_t channels, int64_t filters, const float* kernel, float* packed) {
  ForEachPanel(filters, [&](int64_t f, int64_t vectors, int64_t) HWY_ATTR {
    float* to = packed + f * products * channels;
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t at = 0; at < vectors * L; at += L) {
        V x[size * size], y[products];
        for (int tap = 0; tap < size * size; ++tap)
          x[tap] = LoadValid(kernel + (tap * channels + c) * filters + f + at, filters - f - at);
        TransformSquare<Evaluation<size>>(x, y);
        for (int p = 0; p < products; ++p)
          hn::StoreU(hn::Mul(KernelScale(p), y[p]), d, to + (p * channels + c) * vectors * L + at);
      }
    }
  });
}

void Pack(const ConvShape& s, const float* kernel, float* packed) {
  (s.kernel_height == 3 ? PackKernel<3> : PackKernel<5>)(s.channels, s.filters, kernel, packed);
}

int64_t ForwardScratch(const ConvShape& s) {
  return Parts(s.kernel_height == 3 ? ForwardTiling<4>(s) : ForwardTiling<2>(s), forward_floats).floats();
}

void Run(const ConvShape& s, int64_t rows, const float* x, const float* packed, const Epilogue& end, float* y,
         float* scratch) {
  if (s.kernel_height == 3) {
    Correlate<4>(ForwardTiling<4>(s), rows, x, packed, end, y, scratch);
  } else {
    Correlate<2>(ForwardTiling<2>(s), rows, x, packed, end, y, scratch);
  }
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
template <int side>
V ReadGradients(const Tiling& t, const float* dy, int64_t first, int64_t count, int64_t filter, V bias, float* to,
                int64_t row, int64_t plane, float* patch) {
  const int64_t valid = t.y.channels - filter;
  ForEachTile(t, first, count, [&](int64_t image, int64_t i, int64_t j, int64_t n) HWY_ATTR {
    const Square square = SquareAt(t.y, dy + image * t.y.floats(), i * side, j * side, side, patch);
    TransformTo<Evaluation<side>>(square, filter, valid, to + n * row, plane);
    for (int u = 0; u < side; ++u) {
      for (int v = 0; v < side; ++v)
        bias = hn::Add(bias, LoadValid(square.first + u * square.down + v * square.right + filter, valid));
    }
  });
  return bias;
}

/// dkernel from the gradients of the packed kernel, one panel of it.
template <int size>
void UnpackGradients(const Tiling& t, const float* packed, int64_t filter, int64_t vectors, float* dkernel) {
  const int64_t channels = t.x.channels, filters = t.y.channels;
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t at = 0; at < vectors * L; at += L) {
      V x[products], y[size * size];
      for (int p = 0; p < products; ++p)
        x[p] = hn::Mul(KernelScale(p), hn::LoadU(d, packed + (p * channels + c) * vectors * L + at));
      TransformSquare<Summation<size>>(x, y);
      for (int tap = 0; tap < size * size; ++tap) {
        StoreValid(y[tap], filters - filter - at, dkernel + (tap * channels + c) * filters + filter + at);
      }
    }
  }
}

int64_t BackwardWeightsScratch(const ConvShape& s) {
  const Parts parts(s.kernel_height == 3 ? ForwardTiling<4>(s) : ForwardTiling<2>(s), gradient_floats);
  return parts.floats() + PackedSize(s);
}

/// Adds the products of some tiles to the gradients of one panel of the packed kernel.
void AddGradients(const TransformedInputs& v, const float* inputs, int64_t count, const float* panels, int64_t plane,
                  int64_t vectors, bool adds, float* gradients) {
  for (int p = 0; p < products; ++p, gradients += v.channels * vectors * L) {
    ForEachPart(v.channels, TileRows(vectors), [&](int64_t c, int64_t part) HWY_ATTR {
      TileFor<ProductTile>(vectors, part)(count, inputs + p * v.plane() + c, 1, v.row(), panels + p * plane, adds,
                                          gradients + c * vectors * L);
    });
  }
}

template <int side>
void AddWeights(const ConvShape& s, int64_t rows, const float* x, const float* dy, float* dkernel, float* dbias,
                float* scratch) {
  const Tiling t = ForwardTiling<side>(s);
  const Parts parts(t, gradient_floats);
  const TransformedInputs& v = parts.inputs;
  float* panels = scratch + v.floats();
  float* patch = panels + parts.panel;
  float* gradients = patch + parts.patch;
  if (dbias != nullptr) std::fill(dbias, dbias + s.filters, 0.0f);
  const int64_t tiles = rows * t.of_image();
  for (int64_t first = 0; first < tiles; first += v.tiles) {
    const int64_t count = std::min(v.tiles, tiles - first);
    ReadTiles(t, v, x, first, count, scratch, patch);
    ForEachPanel(s.filters, [&](int64_t f, int64_t vectors, int64_t valid) HWY_ATTR {
      const int64_t plane = SumsPlane(v.tiles, vectors);
      for (int64_t at = 0; at < vectors * L; at += L) {
        V bias = dbias == nullptr ? hn::Zero(d) : LoadValid(dbias + f + at, valid - at);
        bias = ReadGradients<side>(t, dy, first, count, f + at, bias, panels + at, vectors * L, plane, patch);
        if (dbias != nullptr) StoreValid(bias, valid - at, dbias + f + at);
      }
      AddGradients(v, scratch, count, panels, plane, vectors, first > 0, gradients + f * products * s.channels);
    });
  }
  ForEachPanel(s.filters, [&](int64_t f, int64_t vectors, int64_t) HWY_ATTR {
    UnpackGradients<points + 1 - side>(t, gradients + f * products * s.channels, f, vectors, dkernel);
  });
}

void BackwardWeights(const ConvShape& s, int64_t rows, const float* x, const float* dy, float* dkernel, float* dbias,
                     float* scratch) {
  (s.kernel_height == 3 ? AddWeights<4> : AddWeights<2>)(s, rows, x, dy, dkernel, dbias, scratch);
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
