#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sluice/base/random.h"
#include "sluice/base/random_cases_testing.h"
#include "sluice/tensor/depthwise_conv.h"
#include "sluice/tensor/gemm_conv.h"
#include "sluice/tensor/kernel_level.h"
#include "sluice/tensor/tensor.h"
#include "sluice/tensor/winograd_conv.h"

// The convolutions over rows, gemm_conv, depthwise_conv and winograd_conv, against their definition.
namespace sluice {
namespace {

constexpr int64_t rows = 3;
constexpr float ceiling = 0.5f;

std::vector<float> random_values(int64_t size, uint32_t stream) {
  Random random(1, Purpose::fuzz, stream);
  std::vector<float> values(static_cast<size_t>(size));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(random.uniform(i) - 0.5);
  return values;
}

/// A convolution with random arrays, and what its passes make of them, in double precision.
struct Case {
  ConvShape s;
  std::vector<float> x, kernel, bias, start, dy;
  std::vector<double> y, dx, dkernel;

  explicit Case(const ConvShape& shape) : s(shape) {
    const int64_t x_size = rows * s.height * s.width * s.channels,
                  y_size = rows * s.out_height * s.out_width * s.filters;
    x = random_values(x_size, 1);
    kernel = random_values(s.kernel_height * s.kernel_width * s.channels / s.groups * s.filters, 2);
    bias = random_values(s.filters, 3);
    dy = random_values(y_size, 4);
    start = random_values(s.channels, 5);
    y.resize(dy.size());
    dx.resize(x.size());
    dkernel.resize(kernel.size());
    for (int64_t row = 0; row < rows; ++row) add_row(row);
    for (size_t i = 0; i < y.size(); ++i) y[i] += bias[i % bias.size()];
  }

  void add_row(int64_t row) {
    for (int64_t i = 0; i < s.out_height; ++i)
      for (int64_t j = 0; j < s.out_width; ++j)
        for (int64_t u = 0; u < s.kernel_height; ++u)
          for (int64_t v = 0; v < s.kernel_width; ++v) {
            const int64_t top = i * s.stride_height + u * s.dilation_height - s.pad_top;
            const int64_t left = j * s.stride_width + v * s.dilation_width - s.pad_left;
            if (top < 0 || top >= s.height || left < 0 || left >= s.width) continue;
            add_tap((row * s.height + top) * s.width + left, u * s.kernel_width + v,
                    (row * s.out_height + i) * s.out_width + j);
          }
  }

  void add_tap(int64_t x_pixel, int64_t tap, int64_t y_pixel) {
    const int64_t channels = s.channels / s.groups, filters = s.filters / s.groups;
    for (int64_t f = 0; f < s.filters; ++f) {
      for (int64_t c = 0; c < channels; ++c) {
        const auto at_x = static_cast<size_t>(x_pixel * s.channels + f / filters * channels + c);
        const auto at_kernel = static_cast<size_t>((tap * channels + c) * s.filters + f);
        const auto at_y = static_cast<size_t>(y_pixel * s.filters + f);
        y[at_y] += double{x[at_x]} * kernel[at_kernel];
        dx[at_x] += double{dy[at_y]} * kernel[at_kernel];
        dkernel[at_kernel] += double{x[at_x]} * dy[at_y];
      }
    }
  }
};

void expect_near(const std::vector<float>& got, const std::vector<double>& expected, const char* what) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], expected[i], 1e-4) << what << " at " << i;
}

std::vector<double> rectified(std::vector<double> values) {
  for (double& value : values) value = std::clamp(value, 0.0, double{ceiling});
  return values;
}

void expect_gemm_conv(const ConvShape& shape) {
  KernelScope scope;
  Case c(shape);
  const ConvShape& s = shape;
  std::vector<float> packed(
      static_cast<size_t>(std::max(gemm_conv::packed_size(s), gemm_conv::packed_backward_size(s))));
  std::vector<float> scratch(static_cast<size_t>(gemm_conv::backward_weights_scratch(s)));
  std::vector<float> y(c.y.size()), dx(c.dx.size()), dkernel(c.dkernel.size());
  gemm_conv::pack(s, c.kernel.data(), packed.data());
  gemm_conv::forward(s, rows, c.x.data(), packed.data(), c.bias.data(), false, 0, y.data(), scratch.data());
  expect_near(y, c.y, "y");
  gemm_conv::forward(s, rows, c.x.data(), packed.data(), c.bias.data(), true, ceiling, y.data(), scratch.data());
  expect_near(y, rectified(c.y), "rectified y");
  gemm_conv::backward_weights(s, rows, c.x.data(), c.dy.data(), dkernel.data(), scratch.data());
  expect_near(dkernel, c.dkernel, "dkernel");
  gemm_conv::pack_backward(s, c.kernel.data(), packed.data());
  gemm_conv::backward_data(s, rows, c.dy.data(), packed.data(), nullptr, dx.data(), scratch.data());
  expect_near(dx, c.dx, "dx");
  gemm_conv::backward_data(s, rows, c.dy.data(), packed.data(), c.start.data(), dx.data(), scratch.data());
  for (size_t i = 0; i < c.dx.size(); ++i) c.dx[i] += c.start[i % c.start.size()];
  expect_near(dx, c.dx, "dx with a start");
}

void expect_depthwise_conv(const ConvShape& s) {
  KernelScope scope;
  const Case c(s);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> y(c.y.size()), dx(c.dx.size()), dkernel(c.dkernel.size());
  depthwise_conv::forward(s, rows, c.x.data(), c.kernel.data(), c.bias.data(), -infinity, infinity, y.data());
  expect_near(y, c.y, "y");
  depthwise_conv::forward(s, rows, c.x.data(), c.kernel.data(), c.bias.data(), 0, ceiling, y.data());
  expect_near(y, rectified(c.y), "rectified y");
  depthwise_conv::backward_data(s, rows, c.dy.data(), c.kernel.data(), dx.data());
  expect_near(dx, c.dx, "dx");
  depthwise_conv::backward_weights(s, rows, c.x.data(), c.dy.data(), dkernel.data());
  expect_near(dkernel, c.dkernel, "dkernel");
}

/// `values`, and zero where `by` is not above zero.
std::vector<double> kept(std::vector<double> values, const std::vector<float>& by) {
  for (size_t i = 0; i < values.size(); ++i) values[i] = by[i] > 0 ? values[i] : 0;
  return values;
}

void expect_winograd_conv(const ConvShape& s) {
  KernelScope scope;
  ASSERT_TRUE(winograd_conv().supports(s));
  const Case c(s);
  std::vector<float> packed(
      static_cast<size_t>(std::max(winograd_conv().packed_size(s), winograd_conv().packed_backward_size(s))));
  std::vector<float> scratch(
      static_cast<size_t>(std::max({winograd_conv().forward_scratch(s), winograd_conv().backward_data_scratch(s),
                                    winograd_conv().backward_weights_scratch(s)})));
  std::vector<float> y(c.y.size()), dx(c.dx.size()), dkernel(c.dkernel.size()), dbias(c.bias.size());
  winograd_conv().pack(s, c.kernel.data(), packed.data());
  winograd_conv().forward(s, rows, c.x.data(), packed.data(), c.bias.data(), false, 0, y.data(), scratch.data());
  expect_near(y, c.y, "y");
  winograd_conv().forward(s, rows, c.x.data(), packed.data(), c.bias.data(), true, ceiling, y.data(), scratch.data());
  expect_near(y, rectified(c.y), "rectified y");
  winograd_conv().backward_weights(s, rows, c.x.data(), c.dy.data(), dkernel.data(), dbias.data(), {}, scratch.data());
  expect_near(dkernel, c.dkernel, "dkernel");
  std::vector<double> sums(c.bias.size());
  for (size_t i = 0; i < c.dy.size(); ++i) sums[i % sums.size()] += c.dy[i];
  expect_near(dbias, sums, "dbias");
  winograd_conv().pack_backward(s, c.kernel.data(), packed.data());
  winograd_conv().backward_data(s, rows, c.dy.data(), packed.data(), nullptr, dx.data(), scratch.data());
  expect_near(dx, c.dx, "dx");
  winograd_conv().backward_data(s, rows, c.dy.data(), packed.data(), c.x.data(), dx.data(), scratch.data());
  expect_near(dx, kept(c.dx, c.x), "dx of a rectified x");
}

/// The root mean square of the errors over that of the values.
double relative_error(const std::vector<float>& got, const std::vector<double>& expected) {
  double errors = 0, values = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    errors += (got[i] - expected[i]) * (got[i] - expected[i]);
    values += expected[i] * expected[i];
  }
  return std::sqrt(errors / values);
}

TEST(RowsConv, WinogradRoundsLittle) {
  KernelScope scope;
  for (const auto& [size, most] : {std::pair(3, 1.5e-6), std::pair(5, 5e-6)}) {
    const Case c({.channels = 32,
                  .height = 16,
                  .width = 16,
                  .filters = 16,
                  .kernel_height = size,
                  .kernel_width = size,
                  .pad_top = size / 2,
                  .pad_left = size / 2,
                  .out_height = 16,
                  .out_width = 16});
    std::vector<float> packed(static_cast<size_t>(winograd_conv().packed_size(c.s)));
    std::vector<float> scratch(static_cast<size_t>(winograd_conv().forward_scratch(c.s))), y(c.y.size());
    winograd_conv().pack(c.s, c.kernel.data(), packed.data());
    winograd_conv().forward(c.s, rows, c.x.data(), packed.data(), c.bias.data(), false, 0, y.data(), scratch.data());
    EXPECT_LT(relative_error(y, c.y), most);
    EXPECT_GT(relative_error(y, c.y), most / 50);  // It is Winograd's.
  }
}

/// Draws numbers; each call of `draw` another one.
struct Draw {
  Random random{7, Purpose::fuzz, 12};
  uint64_t count = 0;
  int64_t operator()(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random.below(count++, static_cast<uint64_t>(high - low + 1)));
  }
};

/// Windows over an image, some of them over its border.
ConvShape draw_windows(Draw& draw) {
  ConvShape s{.channels = 0,
              .height = draw(1, 9),
              .width = draw(1, 12),
              .filters = 0,
              .kernel_height = draw(1, 4),
              .kernel_width = draw(1, 4),
              .stride_height = draw(1, 3),
              .stride_width = draw(1, 3),
              .dilation_height = draw(1, 2),
              .dilation_width = draw(1, 2),
              .out_height = draw(1, 8),
              .out_width = draw(1, 8)};
  s.pad_top = draw(0, 3);
  s.pad_left = draw(0, 3);
  return s;
}

TEST(RowsConv, GemmConvOfRandomGeometry) {
  Draw draw;
  for (int n = 0; n < static_cast<int>(testing::random_cases(100)); ++n) {
    ConvShape s = draw_windows(draw);
    s.groups = draw(1, 3);
    s.channels = s.groups * draw(1, 6);
    s.filters = s.groups * draw(1, 20);
    SCOPED_TRACE(n);
    expect_gemm_conv(s);
    if (HasFatalFailure()) return;
  }
}

TEST(RowsConv, GemmConvOfPixels) {
  for (int64_t groups : {1, 2}) {
    expect_gemm_conv({.channels = 34,
                      .height = 20,
                      .width = 15,
                      .filters = 18,
                      .kernel_height = 1,
                      .kernel_width = 1,
                      .out_height = 20,
                      .out_width = 15,
                      .groups = groups});
  }
}

TEST(RowsConv, DepthwiseConvOfRandomGeometry) {
  Draw draw;
  for (int n = 0; n < static_cast<int>(testing::random_cases(100)); ++n) {
    ConvShape s = draw_windows(draw);
    s.channels = s.filters = s.groups = draw(1, 80);
    SCOPED_TRACE(n);
    expect_depthwise_conv(s);
    if (HasFatalFailure()) return;
  }
}

TEST(RowsConv, WinogradConvOfRandomGeometry) {
  Draw draw;
  for (int n = 0; n < static_cast<int>(testing::random_cases(100)); ++n) {
    ConvShape s = draw_windows(draw);
    s.stride_height = s.stride_width = s.dilation_height = s.dilation_width = 1;
    s.kernel_height = s.kernel_width = draw(0, 1) == 0 ? 3 : 5;
    s.channels = draw(1, 40);
    s.filters = draw(1, 40);
    SCOPED_TRACE(n);
    expect_winograd_conv(s);
    if (HasFatalFailure()) return;
  }
}

TEST(RowsConv, WinogradConvOfManyTiles) {
  expect_winograd_conv({.channels = 16,
                        .height = 34,
                        .width = 46,
                        .filters = 64,
                        .kernel_height = 3,
                        .kernel_width = 3,
                        .out_height = 32,
                        .out_width = 44});
}

TEST(RowsConv, RectifiersKeepNaN) {
  KernelScope scope;
  const ConvShape s{.channels = 1,
                    .height = 1,
                    .width = 1,
                    .filters = 1,
                    .kernel_height = 1,
                    .kernel_width = 1,
                    .out_height = 1,
                    .out_width = 1};
  const float x = std::numeric_limits<float>::quiet_NaN(), kernel = 1;
  std::vector<float> packed(static_cast<size_t>(gemm_conv::packed_size(s))),
      scratch(static_cast<size_t>(gemm_conv::scratch_size(s)));
  float y = 0;
  depthwise_conv::forward(s, 1, &x, &kernel, nullptr, 0, 6, &y);
  EXPECT_TRUE(std::isnan(y));
  gemm_conv::pack(s, &kernel, packed.data());
  gemm_conv::forward(s, 1, &x, packed.data(), nullptr, true, 6, &y, scratch.data());
  EXPECT_TRUE(std::isnan(y));
}

}  // namespace
}  // namespace sluice
