#include "sluice/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

// Known answers of Random123's kat_vectors for philox4x32-10.
TEST(Philox, KnownAnswers) {
  using Words = std::array<uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0U, ~0U, ~0U, ~0U}, ~uint64_t{0}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, DependsOnSeedPurposeStreamAndIndex) {
  const Random random(1, Purpose::shuffle, 2);
  EXPECT_EQ(random.bits(5), Random(1, Purpose::shuffle, 2).bits(5));
  EXPECT_NE(random.bits(5), Random(2, Purpose::shuffle, 2).bits(5));
  EXPECT_NE(random.bits(5), Random(1, Purpose::sampler, 2).bits(5));
  EXPECT_NE(random.bits(5), Random(1, Purpose::shuffle, 3).bits(5));
  EXPECT_NE(random.bits(5), random.bits(6));
}

TEST(Random, Moments) {
  const Random random(3, Purpose::fuzz);
  constexpr int n = 100000;
  double sum = 0, squares = 0, normal_sum = 0, normal_squares = 0;
  for (uint64_t i = 0; i < n; ++i) {
    const double uniform = random.uniform(i), normal = random.normal(i);
    ASSERT_TRUE(uniform >= 0 && uniform < 1);
    sum += uniform, squares += uniform * uniform;
    normal_sum += normal, normal_squares += normal * normal;
  }
  EXPECT_NEAR(sum / n, 0.5, 0.005);
  EXPECT_NEAR(squares / n, 1.0 / 3, 0.005);
  EXPECT_NEAR(normal_sum / n, 0, 0.02);
  EXPECT_NEAR(normal_squares / n, 1, 0.02);
}

TEST(Random, BelowIsUniform) {
  const Random random(4, Purpose::fuzz);
  std::array<int, 7> counts{};
  for (uint64_t i = 0; i < 70000; ++i) ++counts[random.below(i, 7)];
  for (int count : counts) EXPECT_NEAR(count, 10000, 400);
  EXPECT_EQ(random.below(0, 1), 0U);
}

TEST(Random, PermutationHoldsEveryIndexOnce) {
  auto order = Random(5, Purpose::shuffle).permutation(1000);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  EXPECT_NE(order, Random(6, Purpose::shuffle).permutation(1000));
  std::sort(order.begin(), order.end());
  for (int64_t i = 0; i < 1000; ++i) ASSERT_EQ(order[i], i);
  EXPECT_TRUE(Random(5, Purpose::shuffle).permutation(0).empty());
}

}  // namespace
}  // namespace sluice
