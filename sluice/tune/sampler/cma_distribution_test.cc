#include "sluice/tune/sampler/cma_distribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sluice/base/random.h"

namespace sluice {
namespace {

using Vector = std::vector<double>;

/// A valley that is a hundred times as long as wide and lies askew, with its lowest point at (0.7, 0.2, 0.2, …).
double askew(const Vector& x) {
  double along = 0, square = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double from = x[i] - (i == 0 ? 0.7 : 0.2);
    along += from / std::sqrt(static_cast<double>(x.size()));
    square += from * from;
  }
  return square + 1e4 * along * along;
}

Vector normal_numbers(const Random& random, uint64_t point, size_t size) {
  Vector numbers(size);
  for (size_t i = 0; i < size; ++i) numbers[i] = random.normal(point * size + i);
  return numbers;
}

TEST(CmaDistribution, FollowsAValley) {
  const Random random(1, Purpose::fuzz);
  CmaDistribution distribution(6);
  EXPECT_EQ(distribution.population(), 9U);
  uint64_t drawn = 0;
  int generations = 0;
  for (; generations < 1000 && !distribution.has_converged(); ++generations) {
    std::vector<Vector> points;
    for (size_t i = 0; i < distribution.population(); ++i)
      points.push_back(distribution.point(normal_numbers(random, drawn++, 6)));
    std::ranges::sort(points, {}, askew);
    distribution.update(points);
  }
  EXPECT_LT(generations, 400);
  EXPECT_LT(askew(distribution.mean()), 1e-10);
}

TEST(CmaDistribution, IsNotThrownOffByPointsThatAreFarAway) {
  CmaDistribution distribution(2);
  const std::vector<Vector> far(distribution.population(), {1e9, -1e9});
  distribution.update(far);
  for (double at : distribution.mean()) EXPECT_LT(std::abs(at - 0.5), 1);
}

TEST(CmaDistribution, HasOneDimensionAtLeast) {
  CmaDistribution distribution(1);
  EXPECT_EQ(distribution.point({0}), Vector{0.5});
  EXPECT_EQ(distribution.population(), 4U);
}

}  // namespace
}  // namespace sluice
