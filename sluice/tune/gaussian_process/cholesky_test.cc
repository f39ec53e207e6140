#include "sluice/tune/gaussian_process/cholesky.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sluice {
namespace {

/// [[4, 2, 2], [2, 5, 3], [2, 3, 6]] = L Lᵀ with L = [[2, 0, 0], [1, 2, 0], [1, 1, 2]].
Cholesky factor_of_three() {
  Cholesky factor;
  factor.append(std::vector<double>{4});
  factor.append(std::vector<double>{2, 5});
  factor.append(std::vector<double>{2, 3, 6});
  return factor;
}

TEST(Cholesky, SolvesWithTheFactor) {
  std::vector<double> b{2, 4, 5, 11, 8, 14};  // L times the expected.
  factor_of_three().solve_lower(b, 2);
  EXPECT_EQ(b, (std::vector<double>{1, 2, 2, 4.5, 2.5, 3.75}));
}

TEST(Cholesky, Solves) {
  const std::vector<double> x = factor_of_three().solve({8, 10, 11});  // A (1, 1, 1)
  for (double entry : x) EXPECT_NEAR(entry, 1, 1e-14);
}

TEST(Cholesky, Inverts) {
  const std::vector<double> a{4, 2, 2, 2, 5, 3, 2, 3, 6}, inverse = factor_of_three().inverse();
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      double sum = 0;
      for (size_t k = 0; k < 3; ++k) sum += a[i * 3 + k] * inverse[k * 3 + j];
      EXPECT_NEAR(sum, i == j ? 1 : 0, 1e-14);
    }
  }
}

TEST(Cholesky, HasADeterminant) { EXPECT_NEAR(factor_of_three().log_determinant(), std::log(64), 1e-14); }

TEST(Cholesky, BearsASingularMatrix) {
  Cholesky factor;
  factor.append(std::vector<double>{1});
  factor.append(std::vector<double>{1, 1});
  for (double entry : factor.solve({1, 1})) EXPECT_TRUE(std::isfinite(entry));
}

}  // namespace
}  // namespace sluice
