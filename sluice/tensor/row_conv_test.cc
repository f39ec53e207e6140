#include "sluice/tensor/row_conv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "sluice/base/random.h"
#include "sluice/base/random_cases_testing.h"
#include "sluice/tensor/kernel_level.h"
#include "sluice/tensor/reorder.h"
#include "sluice/tensor/tensor.h"

namespace sluice {
namespace {

Tensor random_tensor(Shape shape, uint32_t stream) {
  Tensor tensor(DType::float32, std::move(shape));
  Random random(1, Purpose::fuzz, stream);
  auto values = tensor.values<float>();
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(random.uniform(i) - 0.5);
  return tensor;
}

float* data(Tensor& tensor) { return tensor.values<float>().data(); }
const float* data(const Tensor& tensor) { return tensor.values<float>().data(); }

/// One pass after the other over rows, and by the kernels over lanes, which have a test of their own.
struct Convolved {
  Tensor y, dx, dkernel, dbias;
};

struct Given {
  ConvShape s;
  int64_t rows = lanes() + 3;
  Tensor x = random_tensor({rows, s.height, s.width, s.channels}, 1);
  Tensor kernel = random_tensor({s.kernel_height, s.kernel_width, s.channels, s.filters}, 2);
  Tensor bias = random_tensor({s.filters}, 3);
  Tensor dy = random_tensor({rows, s.out_height, s.out_width, s.filters}, 4);

  Convolved empty() const {
    return {Tensor(DType::float32, dy.shape()), Tensor(DType::float32, x.shape()),
            Tensor(DType::float32, kernel.shape()), Tensor(DType::float32, bias.shape())};
  }
  ImageShape input() const { return {s.height, s.width, s.channels}; }
  ImageShape output() const { return {s.out_height, s.out_width, s.filters}; }
};

Convolved over_rows(const Given& g) {
  Convolved result = g.empty();
  Tensor packed(DType::float32, {std::max(row_conv().packed_size(g.s), row_conv().packed_backward_size(g.s))});
  Tensor scratch(DType::float32, {std::max({row_conv().forward_scratch(g.s), row_conv().backward_data_scratch(g.s),
                                            row_conv().backward_weights_scratch(g.s)})});
  row_conv().pack(g.s, data(g.kernel), data(packed));
  row_conv().forward(g.s, g.rows, data(g.x), data(packed), data(g.bias), true, std::numeric_limits<float>::infinity(),
                     data(result.y), data(scratch));
  row_conv().backward_weights(g.s, g.rows, data(g.x), data(g.dy), data(result.dkernel), data(result.dbias), {},
                              data(scratch));
  row_conv().pack_backward(g.s, data(g.kernel), data(packed));
  row_conv().backward_data(g.s, g.rows, data(g.dy), data(packed), data(g.x), data(result.dx), data(scratch));
  return result;
}

Convolved over_lanes(const Given& g) {
  Convolved result = g.empty();
  const int64_t groups = (g.rows + lanes() - 1) / lanes();
  Tensor packed(DType::float32, {std::max(lane_conv::packed_size(g.s), lane_conv::packed_backward_size(g.s))});
  Tensor scratch(DType::float32, {std::max({lane_conv::forward_scratch(g.s), lane_conv::backward_data_scratch(g.s),
                                            lane_conv::backward_weights_scratch(g.s)})});
  Tensor x(DType::float32, {groups * lanes() * g.input().size()}),
      y(DType::float32, {groups * lanes() * g.output().size()});
  rows_to_lanes(g.input(), g.rows, data(g.x), data(x));
  lane_conv::pack(g.s, data(g.kernel), data(packed));
  lane_conv::forward(g.s, groups, data(x), data(packed), data(g.bias), true, data(y), data(scratch));
  lanes_to_rows(g.output(), g.rows, data(y), data(result.y));
  rows_to_lanes(g.output(), g.rows, data(g.dy), data(y));
  lane_conv::backward_weights(g.s, groups, data(x), data(y), data(result.dkernel), data(result.dbias), {},
                              data(scratch));
  lane_conv::pack_backward(g.s, data(g.kernel), data(packed));
  lane_conv::backward_data(g.s, groups, data(y), data(packed), data(x), data(scratch));
  lanes_to_rows(g.input(), g.rows, data(x), data(result.dx));
  for (int64_t i = 0; i < g.x.size(); ++i) data(result.dx)[i] *= data(g.x)[i] > 0 ? 1.0f : 0.0f;
  return result;
}

void expect_near(const Tensor& got, const Tensor& expected) {
  for (int64_t i = 0; i < got.size(); ++i) ASSERT_NEAR(data(got)[i], data(expected)[i], 1e-4) << "at " << i;
}

void expect_convolution(const ConvShape& s) {
  KernelScope scope;
  ASSERT_TRUE(row_conv().supports(s));
  const Given given{s};
  const Convolved rows = over_rows(given), lanes = over_lanes(given);
  expect_near(rows.y, lanes.y);
  expect_near(rows.dx, lanes.dx);
  expect_near(rows.dkernel, lanes.dkernel);
  expect_near(rows.dbias, lanes.dbias);
}

ConvShape valid(ConvShape s) {
  s.out_height = (s.height - (s.kernel_height - 1) * s.dilation_height - 1) / s.stride_height + 1;
  s.out_width = (s.width - (s.kernel_width - 1) * s.dilation_width - 1) / s.stride_width + 1;
  return s;
}

/// Padded as TensorFlow's SAME.
ConvShape same(ConvShape s) {
  s.out_height = (s.height + s.stride_height - 1) / s.stride_height;
  s.out_width = (s.width + s.stride_width - 1) / s.stride_width;
  auto before = [](int64_t output, int64_t stride, int64_t reach, int64_t size) {
    return std::max<int64_t>((output - 1) * stride + reach - size, 0) / 2;
  };
  s.pad_top = before(s.out_height, s.stride_height, (s.kernel_height - 1) * s.dilation_height + 1, s.height);
  s.pad_left = before(s.out_width, s.stride_width, (s.kernel_width - 1) * s.dilation_width + 1, s.width);
  return s;
}

TEST(RowConv, Valid) {
  expect_convolution(
      valid({.channels = 16, .height = 9, .width = 14, .filters = 32, .kernel_height = 3, .kernel_width = 5}));
}

TEST(RowConv, Same) {
  expect_convolution(
      same({.channels = 3, .height = 8, .width = 8, .filters = 16, .kernel_height = 3, .kernel_width = 3}));
}

TEST(RowConv, ChannelsThatFillNoVector) {
  expect_convolution(
      same({.channels = 5, .height = 6, .width = 7, .filters = 21, .kernel_height = 2, .kernel_width = 4}));
}

TEST(RowConv, WeightsThatLeaveTheCache) {
  expect_convolution(
      same({.channels = 96, .height = 5, .width = 5, .filters = 40, .kernel_height = 5, .kernel_width = 5}));
}

TEST(RowConv, KernelLargerThanImage) {
  expect_convolution(
      same({.channels = 8, .height = 3, .width = 2, .filters = 8, .kernel_height = 7, .kernel_width = 7}));
}

/// Sizes, strides or dilation, and padding drawn at random.
ConvShape random_shape(const Random& random, uint64_t number) {
  auto draw = [&, k = uint64_t{0}](int64_t low, int64_t high) mutable {
    return low + static_cast<int64_t>(random.below(number * 100 + k++, static_cast<uint64_t>(high - low + 1)));
  };
  ConvShape s{.channels = draw(1, 20),
              .height = draw(1, 11),
              .width = draw(1, 11),
              .filters = draw(1, 40),
              .kernel_height = draw(1, 4),
              .kernel_width = draw(1, 4)};
  const bool strides = draw(0, 1) == 1;
  (strides ? s.stride_height : s.dilation_height) = draw(1, 3);
  (strides ? s.stride_width : s.dilation_width) = draw(1, 3);
  const bool fits =
      s.height > (s.kernel_height - 1) * s.dilation_height && s.width > (s.kernel_width - 1) * s.dilation_width;
  return fits && draw(0, 1) == 1 ? valid(s) : same(s);
}

TEST(RowConv, RandomShapes) {
  const Random random(7, Purpose::fuzz, 9);
  const auto cases = static_cast<uint64_t>(testing::random_cases(100));
  for (uint64_t n = 0; n < cases; ++n) {
    SCOPED_TRACE(n);
    expect_convolution(random_shape(random, n));
    if (HasFatalFailure()) return;
  }
}

TEST(RowConv, RefusesStridesWithDilation) {
  EXPECT_FALSE(row_conv().supports({.stride_height = 2, .dilation_height = 2}));
}

}  // namespace
}  // namespace sluice
