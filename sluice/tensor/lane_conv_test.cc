#include "sluice/tensor/lane_conv.h"

#include <gtest/gtest.h>

#include <vector>

#include "sluice/base/random.h"
#include "sluice/base/random_cases_testing.h"
#include "sluice/tensor/kernel_level.h"
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

/// The convolution by its definition, in double precision, over arrays of one group.
struct Reference {
  ConvShape s;
  int64_t lane_count = lanes();

  template <class Visit>
  void each(Visit visit) const {
    for (int64_t f = 0; f < s.filters; ++f)
      for (int64_t i = 0; i < s.out_height; ++i)
        for (int64_t j = 0; j < s.out_width; ++j)
          for (int64_t c = 0; c < s.channels; ++c)
            for (int64_t u = 0; u < s.kernel_height; ++u)
              for (int64_t v = 0; v < s.kernel_width; ++v) {
                int64_t row = i * s.stride_height + u * s.dilation_height - s.pad_top;
                int64_t column = j * s.stride_width + v * s.dilation_width - s.pad_left;
                if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
                visit(((c * s.height + row) * s.width + column) * lane_count,
                      ((u * s.kernel_width + v) * s.channels + c) * s.filters + f,
                      ((f * s.out_height + i) * s.out_width + j) * lane_count);
              }
  }
};

void expect_near(std::span<const float> got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], expected[i], 1e-4) << "at " << i;
}

void expect_convolution(const ConvShape& s) {
  KernelScope scope;
  const int64_t groups = 2, L = lanes();
  Tensor x = random_tensor({groups, s.channels, s.height, s.width, L}, 1);
  Tensor kernel = random_tensor({s.kernel_height, s.kernel_width, s.channels, s.filters}, 2);
  Tensor bias = random_tensor({s.filters}, 3);
  Tensor dy = random_tensor({groups, s.filters, s.out_height, s.out_width, L}, 4);
  Tensor y(DType::float32, dy.shape()), dx(DType::float32, x.shape()), dkernel(DType::float32, kernel.shape()),
      dbias(DType::float32, bias.shape());

  std::vector<double> y_expected(y.size()), dx_expected(x.size()), dkernel_expected(kernel.size()),
      dbias_expected(bias.size());
  for (int64_t g = 0; g < groups; ++g) {
    int64_t x_group = g * x.size() / groups, y_group = g * y.size() / groups;
    Reference{s}.each([&](int64_t at_x, int64_t at_kernel, int64_t at_y) {
      for (int64_t l = 0; l < L; ++l) {
        double value = x.values<float>()[x_group + at_x + l], gradient = dy.values<float>()[y_group + at_y + l];
        double weight = kernel.values<float>()[at_kernel];
        y_expected[y_group + at_y + l] += value * weight;
        dx_expected[x_group + at_x + l] += gradient * weight;
        dkernel_expected[at_kernel] += value * gradient;
      }
    });
  }
  for (int64_t i = 0; i < y.size(); ++i) {
    int64_t f = i / (L * s.out_height * s.out_width) % s.filters;
    y_expected[i] = std::max(0.0, y_expected[i] + bias.values<float>()[f]);
    dbias_expected[f] += dy.values<float>()[i];
  }

  Tensor packed(DType::float32, {std::max(lane_conv::packed_size(s), lane_conv::packed_backward_size(s))});
  Tensor scratch(DType::float32, {std::max({lane_conv::forward_scratch(s), lane_conv::backward_data_scratch(s),
                                            lane_conv::backward_weights_scratch(s)})});
  auto data = [](Tensor& tensor) { return tensor.values<float>().data(); };
  lane_conv::pack(s, data(kernel), data(packed));
  lane_conv::forward(s, groups, data(x), data(packed), data(bias), true, data(y), data(scratch));
  expect_near(y.values<float>(), y_expected);
  lane_conv::backward_weights(s, groups, data(x), data(dy), data(dkernel), data(dbias), {}, data(scratch));
  expect_near(dkernel.values<float>(), dkernel_expected);
  expect_near(dbias.values<float>(), dbias_expected);
  lane_conv::pack_backward(s, data(kernel), data(packed));
  lane_conv::backward_data(s, groups, data(dy), data(packed), data(dx), data(scratch));
  expect_near(dx.values<float>(), dx_expected);
}

ConvShape valid(ConvShape s) {
  s.out_height = (s.height - (s.kernel_height - 1) * s.dilation_height - 1) / s.stride_height + 1;
  s.out_width = (s.width - (s.kernel_width - 1) * s.dilation_width - 1) / s.stride_width + 1;
  return s;
}

TEST(LaneConv, LeNet) {
  expect_convolution({.channels = 1,
                      .height = 28,
                      .width = 28,
                      .filters = 6,
                      .kernel_height = 5,
                      .kernel_width = 5,
                      .pad_top = 2,
                      .pad_left = 2,
                      .out_height = 28,
                      .out_width = 28});
  expect_convolution(
      valid({.channels = 6, .height = 14, .width = 14, .filters = 16, .kernel_height = 5, .kernel_width = 5}));
}

TEST(LaneConv, EveryFilterCount) {
  for (int64_t filters = 1; filters <= 20; ++filters) {
    expect_convolution(
        valid({.channels = 3, .height = 7, .width = 9, .filters = filters, .kernel_height = 3, .kernel_width = 2}));
  }
}

TEST(LaneConv, RandomGeometry) {
  Random random(7, Purpose::fuzz, 9);
  auto cases = static_cast<uint64_t>(testing::random_cases(150));
  for (uint64_t n = 0; n < cases; ++n) {
    auto draw = [&, k = uint64_t{0}](int64_t low, int64_t high) mutable {
      return low + static_cast<int64_t>(random.below(n * 100 + k++, static_cast<uint64_t>(high - low + 1)));
    };
    ConvShape s{.channels = draw(1, 5),
                .height = draw(1, 12),
                .width = draw(1, 12),
                .filters = draw(1, 9),
                .kernel_height = draw(1, 7),
                .kernel_width = draw(1, 7),
                .stride_height = draw(1, 3),
                .stride_width = draw(1, 3),
                .dilation_height = draw(1, 2),
                .dilation_width = draw(1, 2),
                .out_height = 0,
                .out_width = 0};
    int64_t reach_height = (s.kernel_height - 1) * s.dilation_height + 1,
            reach_width = (s.kernel_width - 1) * s.dilation_width + 1;
    bool same = draw(0, 1) == 1 || reach_height > s.height || reach_width > s.width;
    if (same) {
      s.out_height = (s.height + s.stride_height - 1) / s.stride_height;
      s.out_width = (s.width + s.stride_width - 1) / s.stride_width;
      s.pad_top = std::max<int64_t>(0, (s.out_height - 1) * s.stride_height + reach_height - s.height) / 2;
      s.pad_left = std::max<int64_t>(0, (s.out_width - 1) * s.stride_width + reach_width - s.width) / 2;
    } else {
      s = valid(s);
    }
    SCOPED_TRACE(n);
    expect_convolution(s);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace sluice
