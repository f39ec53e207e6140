#include "sluice/tensor/gemm.h"

#include <gtest/gtest.h>

#include <vector>

#include "sluice/base/random.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

std::vector<float> random_values(int64_t n, uint32_t stream) {
  const Random random(1, Purpose::fuzz, stream);
  std::vector<float> values(n);
  for (int64_t i = 0; i < n; ++i) values[i] = static_cast<float>(random.uniform(static_cast<uint64_t>(i)) - 0.5);
  return values;
}

void expect_product(int64_t m, int64_t n, int64_t k, bool transpose_a, bool transpose_b, bool relu) {
  const auto a = random_values(m * k, 1), b = random_values(k * n, 2), bias = random_values(n, 3);
  std::vector<float> packed(packed_size(k, n)), c(m * n, -7), same(m * n, -7);
  const int64_t a_row = transpose_a ? 1 : k, a_column = transpose_a ? m : 1;
  const int64_t b_row = transpose_b ? 1 : n, b_column = transpose_b ? k : 1;
  pack_matrix(k, n, b.data(), b_row, b_column, packed.data());
  Gemm product{.m = m,
               .n = n,
               .k = k,
               .a = a.data(),
               .a_row = a_row,
               .a_column = a_column,
               .packed_b = packed.data(),
               .bias = bias.data(),
               .relu = relu,
               .c = c.data(),
               .c_row = n};
  gemm(product);
  product.packed_b = nullptr;
  product.b = b.data();
  product.b_row = b_row;
  product.b_column = b_column;
  product.c = same.data();
  gemm(product);
  EXPECT_EQ(c, same);
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      double sum = bias[j];
      for (int64_t l = 0; l < k; ++l)
        sum += static_cast<double>(a[i * a_row + l * a_column]) * b[l * b_row + j * b_column];
      if (relu) sum = std::max(sum, 0.0);
      ASSERT_NEAR(c[i * n + j], sum, 1e-4) << m << "x" << n << "x" << k << " at " << i << ", " << j;
    }
  }
}

TEST(Gemm, EveryRemainder) {
  KernelScope scope;
  for (int64_t m : {1, 2, 5, 6, 7, 11, 12, 13, 25}) {
    for (int64_t n : {1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50}) expect_product(m, n, 19, false, false, m % 2 == 0);
  }
}

TEST(Gemm, TransposedAndDeep) {
  KernelScope scope;
  for (int64_t k : {1, 2, 255, 256, 257, 600}) {
    expect_product(9, 21, k, false, true, false);
    expect_product(9, 21, k, true, false, true);
    expect_product(9, 21, k, true, true, false);
    expect_product(205, 21, k, false, true, false);
    expect_product(205, 70, k, true, false, false);
  }
}

}  // namespace
}  // namespace sluice
