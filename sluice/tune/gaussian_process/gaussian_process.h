#pragma once

#include <vector>

#include "sluice/tune/gaussian_process/cholesky.h"
#include "sluice/tune/gaussian_process/kernel.h"

namespace sluice {

/// What a Gaussian process says of a point: a normal distribution.
struct Prediction {
  double mean = 0;
  double deviation = 0;
};

/// A Gaussian process of mean 0 and variance 1, conditioned on values (Rasmussen and Williams 2006, algorithm 2.1).
class GaussianProcess {
 public:
  /// `positions` has as many points as there are values.
  GaussianProcess(KernelParameters parameters, Positions positions, std::vector<double> values);

  /// Returns what the values say of each point, without noise.
  std::vector<Prediction> predict(const Positions& points) const;

  /// Takes a point as if its value had come as predicted, or at `least` where that is more: deviations shrink around
  /// it.
  void believe(const Point& point, double least);

 private:
  void append(size_t index);

  KernelParameters parameters_;
  Positions positions_;
  Cholesky factor_;
  std::vector<double> values_;
  std::vector<double> alpha_;  ///< The inverse of the covariances times the values.
};

}  // namespace sluice
