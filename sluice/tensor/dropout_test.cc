#include "sluice/tensor/dropout.h"

#include <gtest/gtest.h>

#include <cmath>
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

}  // namespace
}  // namespace sluice
