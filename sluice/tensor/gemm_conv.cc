#include "sluice/tensor/gemm_conv.h"

#include <algorithm>

#include "sluice/tensor/elementwise.h"
#include "sluice/tensor/gemm.h"

namespace sluice::gemm_conv {
namespace {

int64_t group_channels(const ConvShape& s) { return s.channels / s.groups; }
int64_t group_filters(const ConvShape& s) { return s.filters / s.groups; }

/// Values of one window in one group.
int64_t window_size(const ConvShape& s) { return s.kernel_height * s.kernel_width * group_channels(s); }

/// Whether the windows lie in x as they are.
bool windows_are_pixels(const ConvShape& s) {
  return s.kernel_height == 1 && s.kernel_width == 1 && s.stride_height == 1 && s.stride_width == 1 && s.pad_top == 0 &&
         s.pad_left == 0 && s.out_height == s.height && s.out_width == s.width;
}

/// Windows that are multiplied at once: as many as stay in the second-level cache, a multiple of gemm's tiles.
int64_t chunk_size(const ConvShape& s) {
  constexpr int64_t floats = 1 << 15, tile = 12;
  return std::clamp<int64_t>(floats / window_size(s) / tile, 1, 16) * tile;
}

/// Calls `visit(first, count)` for every chunk of the windows of all rows, in order.
template <class Visit>
void for_each_chunk(const ConvShape& s, int64_t rows, const Visit& visit) {
  const int64_t windows = rows * s.out_height * s.out_width, most = chunk_size(s);
  for (int64_t first = 0; first < windows; first += most) visit(first, std::min(most, windows - first));
}

/// Calls `visit(x offset, offset in the chunk's windows, floats)` for the runs of values that lie side by side in both,
/// of one group of the chunk; x offset is -1 for what lies outside of the image.
template <class Visit>
void for_each_run(const ConvShape& s, int64_t group, int64_t first, int64_t count, const Visit& visit) {
  const int64_t channels = group_channels(s);
  // Pixels side by side in the image are so in the window where no channels of other groups lie between them.
  const int64_t taps = s.groups == 1 && s.dilation_width == 1 ? s.kernel_width : 1;
  int64_t to = 0;
  for (int64_t at = first; at < first + count; ++at) {
    const int64_t j = at % s.out_width, i = at / s.out_width % s.out_height, row = at / s.out_width / s.out_height;
    for (int64_t u = 0; u < s.kernel_height; ++u) {
      const int64_t y = i * s.stride_height + u * s.dilation_height - s.pad_top;
      for (int64_t v = 0; v < s.kernel_width; v += taps, to += taps * channels) {
        const int64_t x = j * s.stride_width + v * s.dilation_width - s.pad_left;
        const int64_t before = y < 0 || y >= s.height ? taps : std::clamp<int64_t>(-x, 0, taps);
        const int64_t after = std::clamp<int64_t>(s.width - x, before, taps);
        if (before > 0) visit(-1, to, before * channels);
        if (after > before) {
          visit(((row * s.height + y) * s.width + x + before) * s.channels + group * channels, to + before * channels,
                (after - before) * channels);
        }
        if (after < taps) visit(-1, to + after * channels, (taps - after) * channels);
      }
    }
  }
}

void gather_windows(const ConvShape& s, int64_t group, int64_t first, int64_t count, const float* x, float* windows) {
  for_each_run(s, group, first, count, [&](int64_t from, int64_t to, int64_t n) {
    if (from < 0) {
      std::fill_n(windows + to, n, 0.0f);
    } else {
      std::copy_n(x + from, n, windows + to);
    }
  });
}

void add_windows(const ConvShape& s, int64_t group, int64_t first, int64_t count, const float* windows, float* x) {
  for_each_run(s, group, first, count, [&](int64_t to, int64_t from, int64_t n) {
    if (to < 0) return;
    for (int64_t k = 0; k < n; ++k) x[to + k] += windows[from + k];
  });
}

/// The windows of one group of a chunk as a matrix: `row` floats from one to the next.
struct Windows {
  const float* data;
  int64_t row;
};

Windows windows_of(const ConvShape& s, int64_t group, int64_t first, int64_t count, const float* x, float* scratch) {
  if (windows_are_pixels(s)) return {x + first * s.channels + group * group_channels(s), s.channels};
  gather_windows(s, group, first, count, x, scratch);
  return {scratch, window_size(s)};
}

int64_t packed_group_size(const ConvShape& s) { return sluice::packed_size(window_size(s), group_filters(s)); }
int64_t packed_backward_group_size(const ConvShape& s) { return sluice::packed_size(group_filters(s), window_size(s)); }

void fill_pixels(int64_t pixels, int64_t channels, const float* start, float* x) {
  if (start == nullptr) return void(std::fill_n(x, pixels * channels, 0.0f));
  for (int64_t i = 0; i < pixels; ++i) std::copy_n(start, channels, x + i * channels);
}

}  // namespace

int64_t scratch_size(const ConvShape& s) { return chunk_size(s) * window_size(s); }

int64_t packed_size(const ConvShape& s) { return s.groups * packed_group_size(s); }

void pack(const ConvShape& s, const float* kernel, float* packed) {
  for (int64_t group = 0; group < s.groups; ++group, packed += packed_group_size(s)) {
    pack_matrix(window_size(s), group_filters(s), kernel + group * group_filters(s), s.filters, 1, packed);
  }
}

void forward(const ConvShape& s, int64_t rows, const float* x, const float* packed, const float* bias, bool relu,
             float ceiling, float* y, float* scratch) {
  const int64_t filters = group_filters(s);
  for_each_chunk(s, rows, [&](int64_t first, int64_t count) {
    for (int64_t group = 0; group < s.groups; ++group) {
      const Windows windows = windows_of(s, group, first, count, x, scratch);
      gemm({.m = count,
            .n = filters,
            .k = window_size(s),
            .a = windows.data,
            .a_row = windows.row,
            .a_column = 1,
            .packed_b = packed + group * packed_group_size(s),
            .bias = bias == nullptr ? nullptr : bias + group * filters,
            .relu = relu,
            .c = y + first * s.filters + group * filters,
            .c_row = s.filters,
            .ceiling = ceiling});
    }
  });
}

int64_t packed_backward_size(const ConvShape& s) { return s.groups * packed_backward_group_size(s); }

void pack_backward(const ConvShape& s, const float* kernel, float* packed) {
  for (int64_t group = 0; group < s.groups; ++group, packed += packed_backward_group_size(s)) {
    pack_matrix(group_filters(s), window_size(s), kernel + group * group_filters(s), 1, s.filters, packed);
  }
}

void backward_data(const ConvShape& s, int64_t rows, const float* dy, const float* packed, const float* start,
                   float* dx, float* scratch) {
  const int64_t filters = group_filters(s);
  fill_pixels(rows * s.height * s.width, s.channels, start, dx);
  for_each_chunk(s, rows, [&](int64_t first, int64_t count) {
    for (int64_t group = 0; group < s.groups; ++group) {
      gemm({.m = count,
            .n = window_size(s),
            .k = filters,
            .a = dy + first * s.filters + group * filters,
            .a_row = s.filters,
            .a_column = 1,
            .packed_b = packed + group * packed_backward_group_size(s),
            .c = scratch,
            .c_row = window_size(s)});
      add_windows(s, group, first, count, scratch, dx);
    }
  });
}

int64_t backward_weights_scratch(const ConvShape& s) { return scratch_size(s) + window_size(s) * group_filters(s); }

void backward_weights(const ConvShape& s, int64_t rows, const float* x, const float* dy, float* dkernel,
                      float* scratch) {
  const int64_t filters = group_filters(s), window = window_size(s);
  float* product = scratch + scratch_size(s);
  std::fill_n(dkernel, window * s.filters, 0.0f);
  for_each_chunk(s, rows, [&](int64_t first, int64_t count) {
    for (int64_t group = 0; group < s.groups; ++group) {
      const Windows windows = windows_of(s, group, first, count, x, scratch);
      gemm({.m = window,
            .n = filters,
            .k = count,
            .a = windows.data,
            .a_row = 1,
            .a_column = windows.row,
            .b = dy + first * s.filters + group * filters,
            .b_row = s.filters,
            .c = product,
            .c_row = filters});
      for (int64_t k = 0; k < window; ++k) {
        float* to = dkernel + k * s.filters + group * filters;
        add(filters, to, product + k * filters, to);
      }
    }
  });
}

}  // namespace sluice::gemm_conv
