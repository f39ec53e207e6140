#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sluice {

/// The lower triangular factor of a symmetric positive definite matrix: L with L Lᵀ = A. It grows by a row at a time.
class Cholesky {
 public:
  /// Appends a row of A: its entries up to the diagonal, `size() + 1` of them. A pivot that is not clearly positive
  /// counts as 1e-10 of the diagonal.
  void append(std::span<const double> row);

  size_t size() const { return rows_.size(); }

  /// Replaces B [size][columns] by L⁻¹ B.
  void solve_lower(std::span<double> b, size_t columns) const;

  /// Returns A⁻¹ b.
  std::vector<double> solve(std::vector<double> b) const;

  /// Returns A⁻¹ [size][size], whole.
  std::vector<double> inverse() const;

  /// Returns log det A.
  double log_determinant() const;

 private:
  std::vector<std::vector<double>> rows_;
};

}  // namespace sluice
