#include "sluice/tune/sampler/symmetric_eigen.h"

#include <cmath>

namespace sluice {
namespace {

/// The rotation that makes the element (p, q) zero.
struct Rotation {
  size_t p, q;
  double cosine, sine;

  Rotation(const Matrix& a, size_t row, size_t column) : p(row), q(column) {
    const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    const double tangent = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
    cosine = 1 / std::sqrt(tangent * tangent + 1);
    sine = tangent * cosine;
  }

  void turn(double& x, double& y) const {
    const double before = x;
    x = cosine * before - sine * y;
    y = sine * before + cosine * y;
  }
  void turn_columns(Matrix& matrix) const {
    for (auto& row : matrix) turn(row[p], row[q]);
  }
  void turn_rows(Matrix& matrix) const {
    for (size_t j = 0; j < matrix.size(); ++j) turn(matrix[p][j], matrix[q][j]);
  }
};

double off_diagonal(const Matrix& a) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < i; ++j) sum += a[i][j] * a[i][j];
  }
  return sum;
}

double diagonal(const Matrix& a) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i][i] * a[i][i];
  return sum;
}

}  // namespace

Matrix identity_matrix(size_t size) {
  Matrix matrix(size, std::vector<double>(size));
  for (size_t i = 0; i < size; ++i) matrix[i][i] = 1;
  return matrix;
}

SymmetricEigen symmetric_eigen(Matrix a) {
  constexpr int most_sweeps = 30;
  constexpr double enough = 1e-28;
  SymmetricEigen eigen{{}, identity_matrix(a.size())};
  for (int sweep = 0; sweep < most_sweeps && off_diagonal(a) > enough * diagonal(a); ++sweep) {
    for (size_t p = 0; p < a.size(); ++p) {
      for (size_t q = p + 1; q < a.size(); ++q) {
        if (a[p][q] == 0) continue;
        const Rotation rotation(a, p, q);
        rotation.turn_columns(a);
        rotation.turn_rows(a);
        rotation.turn_columns(eigen.vectors);
      }
    }
  }
  for (size_t i = 0; i < a.size(); ++i) eigen.values.push_back(a[i][i]);
  return eigen;
}

}  // namespace sluice
