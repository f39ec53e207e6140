#include "sluice/tensor/row_conv.h"

#include <algorithm>

#include "sluice/tensor/kernel_level.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/row_conv.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "sluice/tensor/matrix_tiles-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Some of the runs. Sums start from zero with the first and are finished with the last; between, y holds them.
struct RunRange {
  int64_t first, count;
  bool starts, ends;
};

/// One axis of a window over an image that lies in the middle of zeros.
struct Reach {
  int64_t start, step;    ///< Where the window of output i begins: start + i · step, in places of the image.
  int64_t spacing, size;  ///< Of its taps; of the image.
};

/// y[i][j][f] = sum of x[i · x_down + j · x_right + run + k] · w[run][k][f] over runs of neighbours in x. Distances are
/// in floats.
struct Correlation {
  int64_t x_down, x_right;
  int64_t runs_down, runs_right;  ///< Runs: one for each row of the window, or one for each tap.
  int64_t run_down, run_right;    ///< How far apart they lie.
  int64_t run;                    ///< Their length.
  int64_t filters;
  int64_t out_height, out_width, y_down, y_right;
  Reach down;

  /// Those of the runs that meet the image, not the zeros above or below it alone.
  RunRange inside(int64_t i, RunRange range) const {
    const int64_t top = down.start + i * down.step;
    const int64_t skipped = std::max<int64_t>(0, (-top + down.spacing - 1) / down.spacing);
    const int64_t met = std::max<int64_t>(0, (down.size - top + down.spacing - 1) / down.spacing);
    const int64_t last = std::min(range.first + range.count, met * runs_right);
    const int64_t first = std::min(std::max(range.first, skipped * runs_right), std::max(range.first, last));
    return {first, std::max<int64_t>(last - first, 0), range.starts, range.ends};
  }

  int64_t runs() const { return runs_down * runs_right; }
  int64_t depth() const { return runs() * run; }
};

/// What happens to finished sums.
struct Epilogue {
  const float* bias = nullptr;
  bool relu = false;
  float ceiling = 0;                 ///< Where the rectifier ends.
  const float* rectified = nullptr;  ///< An array like y: where it is not above zero, y becomes zero.

  Epilogue at(int64_t filter, int64_t place) const {
    return {bias == nullptr ? nullptr : bias + filter, relu, ceiling,
            rectified == nullptr ? nullptr : rectified + place};
  }
};

template <int rows, int vectors>
HWY_INLINE void Finish(const Epilogue& end, int64_t y_right, int64_t valid, V (&sum)[rows][vectors]) {
  V bias[vectors], positive[vectors];
  if (end.bias != nullptr) LoadRow<vectors>(end.bias, valid, bias);
  HWY_UNROLL(12)
  for (int r = 0; r < rows; ++r) {
    if (end.rectified != nullptr) LoadRow<vectors>(end.rectified + r * y_right, valid, positive);
    HWY_UNROLL(2)
    for (int i = 0; i < vectors; ++i) {
      if (end.bias != nullptr) sum[r][i] = hn::Add(sum[r][i], bias[i]);
      if (end.relu) sum[r][i] = hn::Min(hn::Set(d, end.ceiling), hn::Max(hn::Zero(d), sum[r][i]));
      if (end.rectified != nullptr) sum[r][i] = hn::IfThenElseZero(hn::Gt(positive[i], hn::Zero(d)), sum[r][i]);
    }
  }
}

template <int rows, int vectors>
struct CorrelationTile {
  static void Run(const Correlation& s, const RunRange& range, const float* x, const float* b, const Epilogue& end,
                  int64_t valid, float* y) {
    V sum[rows][vectors];
    LoadTile(y, valid, s.y_right, range.starts, sum);
    int64_t u = range.first / s.runs_right, v = range.first % s.runs_right;
    for (int64_t i = 0; i < range.count; ++i, b += s.run * vectors * L) {
      AddProducts<rows, vectors>(s.run, x + u * s.run_down + v * s.run_right, s.x_right, 1, b, sum);
      if (++v == s.runs_right) v = 0, ++u;
    }
    if (range.ends) Finish<rows, vectors>(end, s.y_right, valid, sum);
    StoreTile(sum, valid, s.y_right, y);
  }
};

/// Runs whose weights stay in the first-level cache together.
int64_t RunsAtOnce(const Correlation& s, int64_t vectors) {
  constexpr int64_t floats = 6 * 1024;
  return std::max<int64_t>(1, floats / std::max<int64_t>(1, s.run * vectors * L));
}

void Correlate(const Correlation& s, const float* x, const float* packed, const Epilogue& end, float* y) {
  ForEachPanel(s.filters, [&](int64_t f, int64_t vectors, int64_t valid) HWY_ATTR {
    ForEachPart(s.runs(), RunsAtOnce(s, vectors), [&](int64_t first, int64_t runs) HWY_ATTR {
      for (int64_t i = 0; i < s.out_height; ++i) {
        const RunRange range = s.inside(i, {first, runs, first == 0, first + runs == s.runs()});
        const float* weights = packed + f * s.depth() + range.first * s.run * vectors * L;
        ForEachPart(s.out_width, TileRows(vectors), [&](int64_t j, int64_t count) HWY_ATTR {
          const int64_t place = i * s.y_down + j * s.y_right + f;
          TileFor<CorrelationTile>(vectors, count)(s, range, x + i * s.x_down + j * s.x_right, weights,
                                                   end.at(f, place), valid, y + place);
        });
      }
    });
  });
}

/// One axis of a convolution.
struct Axis {
  int64_t size, kernel, stride, dilation, before, output;

  int64_t reach() const { return (output - 1) * stride + (kernel - 1) * dilation + 1; }
  int64_t padded() const { return std::max(reach(), before + size); }
};

Axis Vertical(const ConvShape& s) {
  return {s.height, s.kernel_height, s.stride_height, s.dilation_height, s.pad_top, s.out_height};
}
Axis Horizontal(const ConvShape& s) {
  return {s.width, s.kernel_width, s.stride_width, s.dilation_width, s.pad_left, s.out_width};
}

/// An image in the middle of zeros.
struct Padding {
  int64_t height, width, top, left, padded_height, padded_width, channels;

  bool none() const { return padded_height == height && padded_width == width; }
  int64_t floats() const { return none() ? 0 : padded_height * padded_width * channels; }
  int64_t row() const { return padded_width * channels; }

  void Clear(float* padded) const { std::fill(padded, padded + floats(), 0.0f); }

  /// Returns the padded image: `x` itself where nothing is added. `padded` has been cleared once.
  const float* Pad(const float* x, float* padded) const {
    if (none()) return x;
    for (int64_t i = 0; i < height; ++i)
      std::copy_n(x + i * width * channels, width * channels, padded + ((top + i) * padded_width + left) * channels);
    return padded;
  }
};

Padding ForwardPadding(const ConvShape& s) {
  return {s.height, s.width, s.pad_top, s.pad_left, Vertical(s).padded(), Horizontal(s).padded(), s.channels};
}

/// Taps of a row of the window are neighbours in x, unless dilation parts them.
Correlation ForwardCorrelation(const ConvShape& s) {
  const int64_t row = ForwardPadding(s).row();
  const bool together = s.dilation_width == 1;
  return {.x_down = s.stride_height * row,
          .x_right = s.stride_width * s.channels,
          .runs_down = s.kernel_height,
          .runs_right = together ? 1 : s.kernel_width,
          .run_down = s.dilation_height * row,
          .run_right = s.dilation_width * s.channels,
          .run = together ? s.kernel_width * s.channels : s.channels,
          .filters = s.filters,
          .out_height = s.out_height,
          .out_width = s.out_width,
          .y_down = s.out_width * s.filters,
          .y_right = s.filters,
          .down = {-s.pad_top, s.stride_height, s.dilation_height, s.height}};
}

int64_t PackedSize(const ConvShape& s) {
  return s.kernel_height * s.kernel_width * s.channels * PanelWidths(s.filters);
}

void Pack(const ConvShape& s, const float* kernel, float* packed) {
  const int64_t depth = s.kernel_height * s.kernel_width * s.channels;
  ForEachPanel(s.filters, [&](int64_t f, int64_t vectors, int64_t valid) {
    float* to = packed + f * depth;
    for (int64_t k = 0; k < depth; ++k, to += vectors * L) {
      std::copy_n(kernel + k * s.filters + f, valid, to);
      std::fill(to + valid, to + vectors * L, 0.0f);
    }
  });
}

int64_t ForwardScratch(const ConvShape& s) { return ForwardPadding(s).floats(); }

void Forward(const ConvShape& s, int64_t rows, const float* x, const float* packed, const float* bias, bool relu,
             float ceiling, float* y, float* scratch) {
  const Padding padding = ForwardPadding(s);
  const Correlation correlation = ForwardCorrelation(s);
  padding.Clear(scratch);
  for (int64_t row = 0; row < rows; ++row) {
    Correlate(correlation, padding.Pad(x, scratch), packed, {bias, relu, ceiling}, y);
    x += s.height * s.width * s.channels;
    y += s.out_height * s.out_width * s.filters;
  }
}

/// The places of x that lie `phase` behind a multiple of the stride: their gradients are a correlation of dy with every
/// stride-th tap, backwards. Without strides there is one phase.
struct Phase {
  int64_t first_tap, taps;
  int64_t spacing;  ///< Of the taps, in places of dy.
  int64_t start;    ///< Where in dy the window of the first place begins.
  int64_t places;

  Phase(const Axis& a, int64_t phase)
      : first_tap((phase + a.before) % a.stride),
        taps(first_tap < a.kernel ? (a.kernel - first_tap + a.stride - 1) / a.stride : 0),
        spacing(a.stride == 1 ? a.dilation : 1),
        start((phase + a.before - first_tap) / a.stride - (taps - 1) * spacing),
        places((a.size - phase + a.stride - 1) / a.stride) {}

  /// Behind the last place of dy that is read.
  int64_t end() const { return start + (places - 1) + std::max<int64_t>(taps - 1, 0) * spacing + 1; }
};

template <class Work>
HWY_INLINE void ForEachPhase(const ConvShape& s, const Work& work) {
  const Axis vertical = Vertical(s), horizontal = Horizontal(s);
  for (int64_t i = 0; i < s.stride_height; ++i) {
    for (int64_t j = 0; j < s.stride_width; ++j) work(i, j, Phase(vertical, i), Phase(horizontal, j));
  }
}

Padding BackwardPadding(const ConvShape& s) {
  int64_t top = 0, left = 0, bottom = s.out_height, right = s.out_width;
  ForEachPhase(s, [&](int64_t, int64_t, const Phase& down, const Phase& across) {
    top = std::max(top, -down.start), bottom = std::max(bottom, down.end());
    left = std::max(left, -across.start), right = std::max(right, across.end());
  });
  return {s.out_height, s.out_width, top, left, top + bottom, left + right, s.filters};
}

Correlation BackwardCorrelation(const ConvShape& s, int64_t row, const Phase& down, const Phase& across) {
  const bool together = across.spacing == 1;
  return {.x_down = row,
          .x_right = s.filters,
          .runs_down = std::max<int64_t>(down.taps, 1),
          .runs_right = together ? 1 : across.taps,
          .run_down = down.spacing * row,
          .run_right = across.spacing * s.filters,
          .run = down.taps == 0 ? 0 : (together ? across.taps : 1) * s.filters,
          .filters = s.channels,
          .out_height = down.places,
          .out_width = across.places,
          .y_down = s.stride_height * s.width * s.channels,
          .y_right = s.stride_width * s.channels,
          .down = {down.start, 1, down.spacing, s.out_height}};
}

int64_t PackedBackwardSize(const ConvShape& s) {
  return s.kernel_height * s.kernel_width * s.filters * PanelWidths(s.channels);
}

/// The taps of one phase, backwards, as [panel of channels][tap][filter][channel].
float* PackPhase(const ConvShape& s, const float* kernel, const Phase& down, const Phase& across, float* packed) {
  ForEachPanel(s.channels, [&](int64_t c, int64_t vectors, int64_t valid) {
    for (int64_t u = down.taps; u-- > 0;) {
      for (int64_t v = across.taps; v-- > 0; packed += s.filters * vectors * L) {
        const int64_t tap =
            (down.first_tap + u * s.stride_height) * s.kernel_width + across.first_tap + v * s.stride_width;
        const float* from = kernel + (tap * s.channels + c) * s.filters;
        for (int64_t f = 0; f < s.filters; ++f) {
          for (int64_t i = 0; i < vectors * L; ++i)
            packed[f * vectors * L + i] = i < valid ? from[i * s.filters + f] : 0.0f;
        }
      }
    }
  });
  return packed;
}

void PackBackward(const ConvShape& s, const float* kernel, float* packed) {
  ForEachPhase(s, [&](int64_t, int64_t, const Phase& down, const Phase& across) {
    packed = PackPhase(s, kernel, down, across, packed);
  });
}

int64_t BackwardDataScratch(const ConvShape& s) { return BackwardPadding(s).floats(); }

void BackwardImage(const ConvShape& s, const Padding& padding, const float* dy, const float* packed,
                   const float* rectified, float* dx) {
  ForEachPhase(s, [&](int64_t i, int64_t j, const Phase& down, const Phase& across) {
    const Correlation correlation = BackwardCorrelation(s, padding.row(), down, across);
    const int64_t start = (padding.top + down.start) * padding.row() + (padding.left + across.start) * s.filters;
    const int64_t place = (i * s.width + j) * s.channels;
    Correlate(correlation, dy + start, packed, Epilogue{.rectified = rectified}.at(0, place), dx + place);
    packed += down.taps * across.taps * s.filters * PanelWidths(s.channels);
  });
}

void BackwardData(const ConvShape& s, int64_t rows, const float* dy, const float* packed, const float* rectified,
                  float* dx, float* scratch) {
  const Padding padding = BackwardPadding(s);
  padding.Clear(scratch);
  for (int64_t row = 0; row < rows; ++row) {
    BackwardImage(s, padding, padding.Pad(dy, scratch), packed, rectified, dx);
    dy += s.out_height * s.out_width * s.filters;
    dx += s.height * s.width * s.channels;
    if (rectified != nullptr) rectified += s.height * s.width * s.channels;
  }
}

/// Rows of outputs whose products are added at once: with a panel of dy they stay in the first-level cache.
int64_t BlockRows(const ConvShape& s) {
  const int64_t pixels = s.channels <= 64 ? 96 : 48;
  return std::clamp<int64_t>(pixels / s.out_width, 1, s.out_height);
}

/// A block of dy as panels of [pixel][filter], and what goes with it.
struct GradientBlock {
  const Correlation& s;  ///< The forward one.
  const float* x;        ///< Of the first row of outputs.
  const float* panels;
  int64_t rows;
  bool first;  ///< Sums start from zero.

  int64_t pixels() const { return rows * s.out_width; }
};

/// Adds to the gradients of `rows` neighbours in a window, each of `filters` floats.
template <int rows, int vectors>
struct GradientTile {
  static void Run(const GradientBlock& block, const float* x, const float* b, int64_t valid, float* dkernel) {
    const Correlation& s = block.s;
    V sum[rows][vectors];
    LoadTile(dkernel, valid, s.filters, block.first, sum);
    for (int64_t i = 0; i < block.rows; ++i, x += s.x_down, b += s.out_width * vectors * L)
      AddProducts<rows, vectors>(s.out_width, x, 1, s.x_right, b, sum);
    StoreTile(sum, valid, s.filters, dkernel);
  }
};

void AddBlock(const GradientBlock& block, float* dkernel) {
  const Correlation& s = block.s;
  ForEachPanel(s.filters, [&](int64_t f, int64_t vectors, int64_t valid) HWY_ATTR {
    const float* panel = block.panels + f * block.pixels();
    float* to = dkernel + f;
    for (int64_t u = 0; u < s.runs_down; ++u) {
      for (int64_t v = 0; v < s.runs_right; ++v, to += s.run * s.filters) {
        const float* x = block.x + u * s.run_down + v * s.run_right;
        ForEachPart(s.run, TileRows(vectors), [&](int64_t m, int64_t count) HWY_ATTR {
          TileFor<GradientTile>(vectors, count)(block, x + m, panel, valid, to + m * s.filters);
        });
      }
    }
  });
}

void PackPanels(int64_t filters, int64_t pixels, const float* dy, float* panels) {
  ForEachPanel(filters, [&](int64_t f, int64_t vectors, int64_t valid) HWY_ATTR {
    float* to = panels + f * pixels;
    const float* from = dy + f;
    for (int64_t i = 0; i < pixels; ++i, from += filters, to += vectors * L) {
      for (int64_t at = 0; at < vectors * L; at += L) {
        const V values = valid >= at + L ? hn::LoadU(d, from + at) : hn::MaskedLoad(MaskOf(valid - at), d, from + at);
        hn::StoreU(values, d, to + at);
      }
    }
  });
}

/// dbias[f] += sum over the pixels.
void AddBias(int64_t filters, int64_t pixels, const float* panels, float* dbias) {
  ForEachPanel(filters, [&](int64_t f, int64_t vectors, int64_t valid) HWY_ATTR {
    for (int64_t at = 0; at < vectors * L; at += L) {
      const auto mask = MaskOf(valid - at);
      V even = hn::MaskedLoad(mask, d, dbias + f + at), odd = hn::Zero(d);
      const float* from = panels + f * pixels + at;
      int64_t i = 0;
      for (; i + 2 <= pixels; i += 2) {
        even = hn::Add(even, hn::LoadU(d, from + i * vectors * L));
        odd = hn::Add(odd, hn::LoadU(d, from + (i + 1) * vectors * L));
      }
      if (i < pixels) even = hn::Add(even, hn::LoadU(d, from + i * vectors * L));
      hn::BlendedStore(hn::Add(even, odd), mask, d, dbias + f + at);
    }
  });
}

int64_t PanelsSize(const ConvShape& s) { return BlockRows(s) * s.out_width * PanelWidths(s.filters); }

int64_t BackwardWeightsScratch(const ConvShape& s) { return PanelsSize(s) + ForwardScratch(s); }

void BackwardWeights(const ConvShape& s, int64_t rows, const float* x, const float* dy, float* dkernel, float* dbias,
                     SumPart part, float* scratch) {
  const Padding padding = ForwardPadding(s);
  const Correlation correlation = ForwardCorrelation(s);
  float* panels = scratch;
  float* padded = scratch + PanelsSize(s);
  padding.Clear(padded);
  if (dbias != nullptr && part.first) std::fill(dbias, dbias + s.filters, 0.0f);
  for (int64_t row = 0; row < rows; ++row, x += s.height * s.width * s.channels) {
    const float* image = padding.Pad(x, padded);
    for (int64_t i = 0; i < s.out_height; i += BlockRows(s)) {
      const int64_t count = std::min(BlockRows(s), s.out_height - i);
      const GradientBlock block{correlation, image + i * correlation.x_down, panels, count,
                                part.first && row == 0 && i == 0};
      PackPanels(s.filters, block.pixels(), dy, panels);
      AddBlock(block, dkernel);
      if (dbias != nullptr) AddBias(s.filters, block.pixels(), panels, dbias);
      dy += block.pixels() * s.filters;
    }
  }
}

bool Supports(const ConvShape& s) {
  return (s.stride_height == 1 || s.dilation_height == 1) && (s.stride_width == 1 || s.dilation_width == 1);
}

const RowConv* Functions() {
  static constexpr RowConv functions = {
      .name = "row_conv",
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

const RowConv& row_conv() {
  kernel_level();
  return *HWY_DYNAMIC_DISPATCH(Functions)();
}

}  // namespace sluice
#endif
