#pragma once

#include <cstddef>
#include <vector>

namespace sluice {

/// A square matrix by rows.
using Matrix = std::vector<std::vector<double>>;

/// Returns the matrix with ones on its diagonal.
Matrix identity_matrix(size_t size);

/// What a symmetric matrix is made of: A = V diag(values) Vᵀ.
struct SymmetricEigen {
  std::vector<double> values;
  Matrix vectors;  ///< V: its columns are of length 1 and at right angles.
};

/// Decomposes a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan 2013, 8.5).
SymmetricEigen symmetric_eigen(Matrix a);

}  // namespace sluice
