#pragma once

#include <cstdint>
#include <vector>

#include "sluice/tune/sampler/symmetric_eigen.h"

namespace sluice {

/// The normal distribution that CMA-ES draws from and adapts (Hansen 2016, "The CMA evolution strategy: a tutorial",
/// figure 6, with positive weights only). It begins in the middle of the unit cube with a step of 1/6.
class CmaDistribution {
 public:
  explicit CmaDistribution(size_t dimensions);

  /// How many points make a generation.
  size_t population() const { return population_; }

  /// Learns from the points of a generation, the best first. Points that were drawn from an earlier distribution may be
  /// far from this one; such steps are cut (Hansen 2011, "Injecting external solutions into CMA-ES").
  void update(const std::vector<std::vector<double>>& ranked);

  /// Returns the point for standard normal numbers, one for each dimension.
  std::vector<double> point(const std::vector<double>& normal) const;

  const std::vector<double>& mean() const { return mean_; }

  /// Whether its points can no longer be told apart.
  bool has_converged() const;

 private:
  using Vector = std::vector<double>;

  size_t population_;
  Vector weights_;    ///< Of the better half of a generation; their sum is 1.
  double effective_;  ///< One over the sum of their squares.
  Vector mean_;
  double step_ = 1.0 / 6;
  Matrix covariance_;
  Vector path_step_, path_covariance_;
  int64_t generation_ = 0;
  SymmetricEigen axes_;  ///< Of the covariance; the values are its roots.

  Vector steps_to(const Vector& point) const;
  Vector whitened(const Vector& step) const;
  void adapt_covariance(const Matrix& steps, bool stalls);
  void decompose();
};

}  // namespace sluice
