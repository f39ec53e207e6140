#include "sluice/tensor/shapes.h"

#include <gtest/gtest.h>

#include <numeric>

namespace sluice {
namespace {

std::vector<float> counted(size_t n) {
  std::vector<float> values(n);
  std::iota(values.begin(), values.end(), 1.0f);
  return values;
}

TEST(Shapes, LoopsOverOneStretchBecomeOne) {
  EXPECT_EQ(merged_loops({{3, 20, 20}, {4, 5, 5}, {5, 1, 1}}).size(), 1u);
  EXPECT_EQ(merged_loops({{5, 1, 1}, {3, 20, 20}, {4, 5, 5}})[0].size, 60);
  EXPECT_EQ(merged_loops({{3, 20, 40}, {4, 5, 5}, {1, 7, 7}, {5, 1, 1}}).size(), 2u);
  EXPECT_EQ(merged_loops({{1, 9, 9}}).size(), 1u);
}

TEST(Shapes, Transposes) {
  const std::vector<float> x = counted(6);
  std::vector<float> y(6);
  copy_along(merged_loops({{2, 3, 1}, {3, 1, 2}}), x.data(), y.data());
  EXPECT_EQ(y, (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

TEST(Shapes, RepeatsAndSumsBack) {
  for (int64_t width : {1, 3, 16, 37}) {
    const auto loops = merged_loops({{2, width, 3 * width}, {3, 0, width}, {width, 1, 1}});
    const std::vector<float> x = counted(static_cast<size_t>(2 * width));
    std::vector<float> y(x.size() * 3), sums(x.size());
    copy_along(loops, x.data(), y.data());
    add_back_along(loops, y.data(), sums.data());
    for (size_t i = 0; i < x.size(); ++i) ASSERT_EQ(sums[i], 3 * x[i]) << width << " " << i;
  }
}

TEST(Shapes, SumsALongStretchIntoOne) {
  const auto loops = merged_loops({{37, 0, 1}});
  const std::vector<float> y = counted(37);
  float sum = 5;
  add_back_along(loops, y.data(), &sum);
  EXPECT_EQ(sum, 5 + 37 * 38 / 2);
}

}  // namespace
}  // namespace sluice
