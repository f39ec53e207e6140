#include "sluice/tune/sampler/symmetric_eigen.h"

#include <gtest/gtest.h>

#include "sluice/base/random.h"

namespace sluice {
namespace {

TEST(SymmetricEigen, GivesTheMatrixBack) {
  const Random random(1, Purpose::fuzz);
  for (size_t size : {1, 2, 5, 12}) {
    Matrix a(size, std::vector<double>(size));
    for (size_t i = 0; i < size; ++i) {
      for (size_t j = 0; j <= i; ++j) a[i][j] = a[j][i] = random.normal(100 * size + 20 * i + j);
    }
    const auto [values, vectors] = symmetric_eigen(a);
    for (size_t i = 0; i < size; ++i) {
      for (size_t j = 0; j < size; ++j) {
        double product = 0, right_angle = 0;
        for (size_t k = 0; k < size; ++k) {
          product += vectors[i][k] * values[k] * vectors[j][k];
          right_angle += vectors[k][i] * vectors[k][j];
        }
        EXPECT_NEAR(product, a[i][j], 1e-12);
        EXPECT_NEAR(right_angle, i == j ? 1 : 0, 1e-12);
      }
    }
  }
}

TEST(SymmetricEigen, LeavesADiagonalMatrix) {
  const auto [values, vectors] = symmetric_eigen({{3, 0}, {0, -1}});
  EXPECT_EQ(values, (std::vector<double>{3, -1}));
  EXPECT_EQ(vectors, (Matrix{{1, 0}, {0, 1}}));
}

}  // namespace
}  // namespace sluice
