#pragma once

#include <cstdint>
#include <limits>

namespace sluice {

/// Number of floats that a packed [k, n] matrix takes.
int64_t packed_size(int64_t k, int64_t n);

/// Packs b[k, n], whose element (i, j) lies at `b[i * row_stride + j * column_stride]`, for `gemm`.
void pack_matrix(int64_t k, int64_t n, const float* b, int64_t row_stride, int64_t column_stride, float* packed);

/// c[m, n] = a[m, k] · b[k, n] (+ bias[n]), then when `relu` the rectifier, which ends at `ceiling`.
///
/// Element (i, j) of `a` lies at `a[i * a_row + j * a_column]`, of `b` at `b[i * b_row + j * b_column]`, of `c` at
/// `c[i * c_row + j]`. In place of `b` there may be `packed_b`, from `pack_matrix`: worth it where the same b is
/// multiplied many times. `bias` may be null.
/// Each element of `c` is one sum in the order of k, whatever m is: a row's result does not depend on other rows.
struct Gemm {
  int64_t m, n, k;
  const float* a;
  int64_t a_row, a_column;
  const float* b = nullptr;
  int64_t b_row = 0, b_column = 1;
  const float* packed_b = nullptr;
  const float* bias = nullptr;
  bool relu = false;
  float* c;
  int64_t c_row;
  float ceiling = std::numeric_limits<float>::infinity();
};
void gemm(const Gemm& args);

}  // namespace sluice
