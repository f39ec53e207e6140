#include "sluice/tune/gaussian_process/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sluice {

GaussianProcess::GaussianProcess(KernelParameters parameters, Positions positions, std::vector<double> values)
    : parameters_(std::move(parameters)), positions_(std::move(positions)), values_(std::move(values)) {
  for (size_t i = 0; i < values_.size(); ++i) append(i);
  alpha_ = factor_.solve(values_);
}

void GaussianProcess::append(size_t index) {
  std::vector<double> row(index + 1);
  write_covariances(parameters_, positions_, positions_, index, row);
  row[index] += parameters_.noise();
  factor_.append(row);
}

void GaussianProcess::believe(const Point& point, double least) {
  Positions one = positions_.none();
  one.add(point);
  values_.push_back(std::max(predict(one)[0].mean, least));
  positions_.add(point);
  append(positions_.size() - 1);
  alpha_ = factor_.solve(values_);
}

std::vector<Prediction> GaussianProcess::predict(const Positions& points) const {
  constexpr double least_variance = 1e-12;
  const size_t columns = points.size();
  std::vector<double> covariances(factor_.size() * columns), explained(columns);
  std::vector<Prediction> predictions(columns);
  for (size_t i = 0; i < factor_.size(); ++i) {
    double* row = covariances.data() + i * columns;
    write_covariances(parameters_, points, positions_, i, {row, columns});
    for (size_t c = 0; c < columns; ++c) predictions[c].mean += alpha_[i] * row[c];
  }
  factor_.solve_lower(covariances, columns);
  for (size_t i = 0; i < factor_.size(); ++i) {
    for (size_t c = 0; c < columns; ++c) explained[c] += covariances[i * columns + c] * covariances[i * columns + c];
  }
  for (size_t c = 0; c < columns; ++c) predictions[c].deviation = std::sqrt(std::max(1 - explained[c], least_variance));
  return predictions;
}

}  // namespace sluice
