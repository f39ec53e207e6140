#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "sluice/tune/gaussian_process/positions.h"

namespace sluice {

/// What a kernel learns from results, as logarithms: the weight of the squared distance along each axis, which is the
/// length of the kernel to the power of -2, then the variance of the noise.
struct KernelParameters {
  std::vector<double> logs;

  double weight(size_t axis) const { return std::exp(logs[axis]); }
  double noise() const { return std::exp(logs.back()); }
};

/// Returns the Matérn 5/2 covariance of two points with variance 1, by their squared distance (Rasmussen and Williams
/// 2006, eq. 4.17).
double matern(double squared_distance);

/// Returns its derivative by the squared distance.
double matern_slope(double squared_distance);

/// Writes the weighted squared distances between `other`'s point `index` and the first `distances.size()` of `points`.
void write_distances(const KernelParameters& parameters, const Positions& points, const Positions& other, size_t index,
                     std::span<double> distances);

/// Writes the covariances of the same pairs of points, without noise.
void write_covariances(const KernelParameters& parameters, const Positions& points, const Positions& other,
                       size_t index, std::span<double> covariances);

}  // namespace sluice
