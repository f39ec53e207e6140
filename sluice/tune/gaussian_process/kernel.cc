#include "sluice/tune/gaussian_process/kernel.h"

#include <algorithm>
#include <cmath>

namespace sluice {

double matern(double squared_distance) {
  const double distance = std::sqrt(5 * squared_distance);
  return (1 + distance + 5.0 / 3 * squared_distance) * std::exp(-distance);
}

double matern_slope(double squared_distance) {
  const double distance = std::sqrt(5 * squared_distance);
  return -5.0 / 6 * (1 + distance) * std::exp(-distance);
}

void write_distances(const KernelParameters& parameters, const Positions& points, const Positions& other, size_t index,
                     std::span<double> distances) {
  std::ranges::fill(distances, 0);
  for (size_t axis = 0; axis < points.axes(); ++axis)
    points.add_squared_distances(axis, parameters.weight(axis), other, index, distances);
}

void write_covariances(const KernelParameters& parameters, const Positions& points, const Positions& other,
                       size_t index, std::span<double> covariances) {
  write_distances(parameters, points, other, index, covariances);
  for (double& covariance : covariances) covariance = matern(covariance);
}

}  // namespace sluice
