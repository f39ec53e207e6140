#include "sluice/tune/gaussian_process/cholesky.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sluice {
namespace {

double dot(const double* a, const double* b, size_t size) {
  double sum = 0;
  for (size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

/// y += scale · x
void add_scaled(double* y, const double* x, double scale, size_t size) {
  for (size_t i = 0; i < size; ++i) y[i] += scale * x[i];
}

}  // namespace

void Cholesky::append(std::span<const double> row) {
  constexpr double least_pivot = 1e-10;
  std::vector<double> factor(row.begin(), row.end());
  const size_t last = size();
  for (size_t i = 0; i < last; ++i) factor[i] = (factor[i] - dot(factor.data(), rows_[i].data(), i)) / rows_[i][i];
  const double pivot = row[last] - dot(factor.data(), factor.data(), last);
  factor[last] = std::sqrt(std::max(pivot, least_pivot * row[last]));
  rows_.push_back(std::move(factor));
}

void Cholesky::solve_lower(std::span<double> b, size_t columns) const {
  for (size_t i = 0; i < size(); ++i) {
    double* row = b.data() + i * columns;
    for (size_t j = 0; j < i; ++j) add_scaled(row, b.data() + j * columns, -rows_[i][j], columns);
    for (size_t c = 0; c < columns; ++c) row[c] /= rows_[i][i];
  }
}

std::vector<double> Cholesky::solve(std::vector<double> b) const {
  solve_lower(b, 1);
  for (size_t i = size(); i-- > 0;) {
    b[i] /= rows_[i][i];
    add_scaled(b.data(), rows_[i].data(), -b[i], i);
  }
  return b;
}

std::vector<double> Cholesky::inverse() const {
  const size_t n = size();
  std::vector<double> lower(n * n), whole(n * n);
  for (size_t i = 0; i < n; ++i) {  // Row i of L⁻¹ has entries up to i.
    double* row = &lower[i * n];
    row[i] = 1;
    for (size_t j = 0; j < i; ++j) add_scaled(row, &lower[j * n], -rows_[i][j], j + 1);
    for (size_t c = 0; c <= i; ++c) row[c] /= rows_[i][i];
    for (size_t c = 0; c <= i; ++c) add_scaled(&whole[c * n], row, row[c], i + 1);
  }
  return whole;
}

double Cholesky::log_determinant() const {
  double sum = 0;
  for (size_t i = 0; i < size(); ++i) sum += 2 * std::log(rows_[i][i]);
  return sum;
}

}  // namespace sluice
