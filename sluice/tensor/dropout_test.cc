#include "sluice/tensor/dropout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "sluice/base/random.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

TEST(Dropout, MasksArePhiloxWords) {
  KernelScope scope;
  for (int64_t size : {1, 3, 4, 10, 31, 32, 33, 130}) {
    const DropoutKey key{.seed = 0x123456789abcdef0, .stream = 7, .step = 11};
    const float rate = 0.3f;
    std::vector<float> mask(5 * size, -1);
    dropout_mask(key, rate, 5, size, mask.data());
    const int64_t quads = (size + 3) / 4;
    for (int64_t row = 0; row < 5; ++row) {
      for (int64_t i = 0; i < size; ++i) {
        const auto words =
            philox({static_cast<uint32_t>(i % quads), static_cast<uint32_t>(row), key.step, key.stream}, key.seed);
        const bool dropped = words[i / quads] < static_cast<double>(rate) * 0x1p32;
        ASSERT_EQ(mask[row * size + i], dropped ? 0.0f : 1 / (1 - rate)) << size << " " << row << " " << i;
      }
    }
  }
}

TEST(Dropout, DropsItsShare) {
  KernelScope scope;
  std::vector<float> mask(100 * 1000);
  for (float rate : {0.0f, 0.1f, 0.5f, 0.9f}) {
    dropout_mask({.seed = 1, .stream = 2, .step = 3}, rate, 100, 1000, mask.data());
    const auto zeros = std::count(mask.begin(), mask.end(), 0.0f);
    EXPECT_NEAR(static_cast<double>(zeros) / static_cast<double>(mask.size()), rate, 0.005);
  }
}

std::vector<float> normal(const DropoutKey& key, int64_t rows, int64_t size) {
  std::vector<float> numbers(static_cast<size_t>(rows * size));
  normal_numbers(key, 0, 1, rows, size, numbers.data());
  return numbers;
}

TEST(NormalNumbers, AreDistributedNormally) {
  KernelScope scope;
  const auto numbers = normal({.seed = 5, .stream = 2, .step = 3}, 300, 1003);
  double sum = 0, squares = 0, fourth = 0, neighbours = 0;
  std::vector<int64_t> beyond(4);
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto x = static_cast<double>(numbers[i]);
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
    neighbours += x * static_cast<double>(numbers[(i + 1) % numbers.size()]);
    for (int d = 0; d < 4; ++d) beyond[static_cast<size_t>(d)] += std::abs(x) > d;
    ASSERT_LT(std::abs(x), 5.8);
  }
  const auto n = static_cast<double>(numbers.size());
  EXPECT_NEAR(sum / n, 0, 0.008);
  EXPECT_NEAR(squares / n, 1, 0.01);
  EXPECT_NEAR(fourth / n, 3, 0.06);
  EXPECT_NEAR(neighbours / n, 0, 0.008);
  EXPECT_NEAR(static_cast<double>(beyond[1]) / n, 0.3173, 0.004);
  EXPECT_NEAR(static_cast<double>(beyond[2]) / n, 0.0455, 0.002);
  EXPECT_NEAR(static_cast<double>(beyond[3]) / n, 0.0027, 0.0005);
}

TEST(NormalNumbers, AreBoxMullerOfPhiloxWords) {
  KernelScope scope;
  const DropoutKey key{.seed = 0x123456789abcdef0, .stream = 7, .step = 11};
  for (int64_t size : {1, 3, 10, 33, 130}) {
    const int64_t quads = (size + 3) / 4;
    const auto numbers = normal(key, 3, size);
    for (int64_t i = 0; i < 3 * size; ++i) {
      const auto block = static_cast<uint32_t>(i % size % quads), row = static_cast<uint32_t>(i / size);
      const auto words = philox({block, row, key.step, key.stream}, key.seed);
      const auto at = static_cast<size_t>(i % size / quads);
      const double inside = ((words[at & 2] >> 9) + 0.5) * 0x1p-23;
      const double angle = (words[at | 1] >> 8) * 0x1p-24 * 2 * std::numbers::pi;
      const double expected = std::sqrt(-2 * std::log(inside)) * (at % 2 == 0 ? std::cos(angle) : std::sin(angle));
      ASSERT_NEAR(numbers[static_cast<size_t>(i)], expected, 1e-5) << size << " " << i;
    }
  }
}

TEST(NormalNumbers, HaveMeanAndDeviation) {
  KernelScope scope;
  const DropoutKey key{.seed = 1, .stream = 2, .step = 3};
  const auto plain = normal(key, 2, 50);
  std::vector<float> moved(100);
  normal_numbers(key, 3, 0.5f, 2, 50, moved.data());
  for (size_t i = 0; i < moved.size(); ++i) ASSERT_NEAR(moved[i], 3 + plain[i] / 2, 1e-6);
}

TEST(NormalNumbers, DependOnSeedStreamAndStepAlone) {
  KernelScope scope;
  const DropoutKey key{.seed = 1, .stream = 2, .step = 3};
  const auto numbers = normal(key, 4, 50);
  EXPECT_EQ(normal(key, 4, 50), numbers);
  const auto fewer = normal(key, 2, 50);
  EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), numbers.begin()));
  EXPECT_NE(normal({.seed = 2, .stream = 2, .step = 3}, 4, 50), numbers);
  EXPECT_NE(normal({.seed = 1, .stream = 3, .step = 3}, 4, 50), numbers);
  EXPECT_NE(normal({.seed = 1, .stream = 2, .step = 4}, 4, 50), numbers);
}

}  // namespace
}  // namespace sluice
