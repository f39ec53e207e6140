#include "sluice/tune/sampler/cma_distribution.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace sluice {
namespace {

double length(const std::vector<double>& vector) {
  double sum = 0;
  for (double x : vector) sum += x * x;
  return std::sqrt(sum);
}

/// The mean length of a vector of standard normal numbers.
double mean_length(double n) { return std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)); }

/// path = keep · path + what makes up for it · direction.
void follow(std::vector<double>& path, double rate, double effective, const std::vector<double>& direction) {
  const double gain = std::sqrt(rate * (2 - rate) * effective);
  for (size_t i = 0; i < path.size(); ++i) path[i] = (1 - rate) * path[i] + gain * direction[i];
}

}  // namespace

CmaDistribution::CmaDistribution(size_t dimensions)
    : population_(4 + static_cast<size_t>(3 * std::log(static_cast<double>(dimensions)))),
      mean_(dimensions, 0.5),
      covariance_(identity_matrix(dimensions)),
      path_step_(dimensions),
      path_covariance_(dimensions) {
  double sum = 0, squares = 0;
  for (size_t i = 1; i <= population_ / 2; ++i)
    weights_.push_back(std::log(static_cast<double>(population_ + 1) / 2) - std::log(static_cast<double>(i)));
  for (double weight : weights_) sum += weight;
  for (double& weight : weights_) weight /= sum;
  for (double weight : weights_) squares += weight * weight;
  effective_ = 1 / squares;
  decompose();
}

CmaDistribution::Vector CmaDistribution::point(const Vector& normal) const {
  Vector point = mean_;
  for (size_t i = 0; i < point.size(); ++i) {
    for (size_t k = 0; k < point.size(); ++k) point[i] += step_ * axes_.vectors[i][k] * axes_.values[k] * normal[k];
  }
  return point;
}

bool CmaDistribution::has_converged() const {
  constexpr double least = 1e-7;
  return step_ * *std::ranges::max_element(axes_.values) < least;
}

/// A step times the inverse root of the covariance.
CmaDistribution::Vector CmaDistribution::whitened(const Vector& step) const {
  const size_t size = step.size();
  Vector along(size), result(size);
  for (size_t k = 0; k < size; ++k) {
    for (size_t i = 0; i < size; ++i) along[k] += axes_.vectors[i][k] * step[i] / axes_.values[k];
  }
  for (size_t i = 0; i < size; ++i) {
    for (size_t k = 0; k < size; ++k) result[i] += axes_.vectors[i][k] * along[k];
  }
  return result;
}

/// The step from the mean to a point, in units of the step size, cut to what such steps may be.
CmaDistribution::Vector CmaDistribution::steps_to(const Vector& point) const {
  const auto n = static_cast<double>(point.size());
  Vector step(point.size());
  for (size_t i = 0; i < step.size(); ++i) step[i] = (point[i] - mean_[i]) / step_;
  const double longest = std::sqrt(n) + 2 * n / (n + 2), size = length(whitened(step));
  if (size > longest) {
    for (double& x : step) x *= longest / size;
  }
  return step;
}

void CmaDistribution::update(const std::vector<Vector>& ranked) {
  const auto n = static_cast<double>(mean_.size());
  Matrix steps;
  Vector direction(mean_.size());
  for (size_t i = 0; i < weights_.size(); ++i) {
    steps.push_back(steps_to(ranked[i]));
    for (size_t j = 0; j < direction.size(); ++j) direction[j] += weights_[i] * steps[i][j];
  }
  for (size_t j = 0; j < mean_.size(); ++j) mean_[j] += step_ * direction[j];

  const double rate = (effective_ + 2) / (n + effective_ + 5);
  const double damping = 1 + 2 * std::max(0.0, std::sqrt((effective_ - 1) / (n + 1)) - 1) + rate;
  follow(path_step_, rate, effective_, whitened(direction));
  ++generation_;
  const double begun = std::sqrt(1 - std::pow(1 - rate, 2 * static_cast<double>(generation_)));
  const double relative = length(path_step_) / mean_length(n);
  const bool stalls = relative / begun >= 1.4 + 2 / (n + 1);

  const double covariance_rate = (4 + effective_ / n) / (n + 4 + 2 * effective_ / n);
  follow(path_covariance_, covariance_rate, stalls ? 0 : effective_, direction);
  adapt_covariance(steps, stalls);
  step_ = std::min(0.5, step_ * std::exp(std::min(1.0, rate / damping * (relative - 1))));
  decompose();
}

void CmaDistribution::adapt_covariance(const Matrix& steps, bool stalls) {
  const auto n = static_cast<double>(mean_.size());
  const double path_rate = (4 + effective_ / n) / (n + 4 + 2 * effective_ / n);
  const double one = 2 / ((n + 1.3) * (n + 1.3) + effective_);
  const double many = std::min(1 - one, 2 * (effective_ - 2 + 1 / effective_) / ((n + 2) * (n + 2) + effective_));
  const double kept = 1 - one - many + (stalls ? one * path_rate * (2 - path_rate) : 0);
  for (size_t i = 0; i < mean_.size(); ++i) {
    for (size_t j = 0; j < mean_.size(); ++j) {
      double sum = 0;
      for (size_t k = 0; k < weights_.size(); ++k) sum += weights_[k] * steps[k][i] * steps[k][j];
      covariance_[i][j] = kept * covariance_[i][j] + one * path_covariance_[i] * path_covariance_[j] + many * sum;
    }
  }
}

void CmaDistribution::decompose() {
  constexpr double least = 1e-20;
  axes_ = symmetric_eigen(covariance_);
  for (double& value : axes_.values) value = std::sqrt(std::max(value, least));
}

}  // namespace sluice
