#include "sluice/tune/gaussian_process/fit.h"

#include <cmath>
#include <utility>

#include "sluice/tune/gaussian_process/cholesky.h"

namespace sluice {
namespace {

/// The normal prior of a parameter's logarithm.
struct LogPrior {
  double mean;
  double variance;
};

constexpr LogPrior weight_prior{0, 2}, noise_prior{-7, 4};

LogPrior prior_of(size_t parameter, size_t axes) { return parameter < axes ? weight_prior : noise_prior; }

/// The covariance matrix of the values, factored, with the distances that it came from.
struct Covariance {
  std::vector<std::vector<double>> distances = {};  ///< [i][j <= i]
  Cholesky factor = {};
};

Covariance covariance_of(const Positions& positions, const KernelParameters& parameters) {
  Covariance covariance;
  for (size_t i = 0; i < positions.size(); ++i) {
    std::vector<double> row(i + 1);
    write_distances(parameters, positions, positions, i, row);
    covariance.distances.push_back(row);
    for (double& entry : row) entry = matern(entry);
    row[i] += parameters.noise();
    covariance.factor.append(row);
  }
  return covariance;
}

/// Adds the derivatives by the weights of what is half of a sum of `pull[i][j]` times the covariances.
void add_weight_gradient(const Positions& positions, const KernelParameters& parameters, const Covariance& covariance,
                         const std::vector<std::vector<double>>& pull, std::vector<double>& gradient) {
  std::vector<double> slopes, along;
  for (size_t i = 1; i < positions.size(); ++i) {
    slopes.resize(i);
    along.resize(i);
    for (size_t j = 0; j < i; ++j) slopes[j] = pull[i][j] * matern_slope(covariance.distances[i][j]);
    for (size_t axis = 0; axis < positions.axes(); ++axis) {
      along.assign(i, 0);
      positions.add_squared_distances(axis, parameters.weight(axis), positions, i, along);
      for (size_t j = 0; j < i; ++j) gradient[axis] += slopes[j] * along[j];
    }
  }
}

/// The derivatives of twice the likelihood by the covariances, [i][j <= i].
std::vector<std::vector<double>> pull_of(const std::vector<double>& alpha, const std::vector<double>& inverse) {
  const size_t size = alpha.size();
  std::vector<std::vector<double>> pull(size);
  for (size_t i = 0; i < size; ++i) {
    for (size_t j = 0; j <= i; ++j) pull[i].push_back(alpha[i] * alpha[j] - inverse[i * size + j]);
  }
  return pull;
}

void add_prior(const KernelParameters& parameters, size_t axes, LogPosterior& posterior) {
  for (size_t i = 0; i < parameters.logs.size(); ++i) {
    const auto [mean, variance] = prior_of(i, axes);
    const double distance = parameters.logs[i] - mean;
    posterior.value -= distance * distance / (2 * variance);
    posterior.gradient[i] -= distance / variance;
  }
}

}  // namespace

LogPosterior log_posterior(const Positions& positions, const std::vector<double>& values,
                           const KernelParameters& parameters) {
  const Covariance covariance = covariance_of(positions, parameters);
  const std::vector<double> alpha = covariance.factor.solve(values);
  const auto pull = pull_of(alpha, covariance.factor.inverse());
  LogPosterior posterior{-covariance.factor.log_determinant() / 2, std::vector<double>(parameters.logs.size())};
  for (size_t i = 0; i < values.size(); ++i) {
    posterior.value -= values[i] * alpha[i] / 2;
    posterior.gradient.back() += parameters.noise() * pull[i][i] / 2;
  }
  add_weight_gradient(positions, parameters, covariance, pull, posterior.gradient);
  add_prior(parameters, positions.axes(), posterior);
  return posterior;
}

KernelParameters fit_kernel(const Positions& positions, const std::vector<double>& values, int steps) {
  constexpr double rate = 0.2, mean_decay = 0.9, square_decay = 0.99, epsilon = 1e-8;
  KernelParameters at;
  for (size_t i = 0; i <= positions.axes(); ++i) at.logs.push_back(prior_of(i, positions.axes()).mean);
  std::vector<double> mean(at.logs.size()), square(at.logs.size());
  double mean_left = 1, square_left = 1;
  for (int step = 0; step < steps; ++step) {
    mean_left *= mean_decay;
    square_left *= square_decay;
    const std::vector<double> gradient = log_posterior(positions, values, at).gradient;
    for (size_t i = 0; i < gradient.size(); ++i) {
      mean[i] = mean_decay * mean[i] + (1 - mean_decay) * gradient[i];
      square[i] = square_decay * square[i] + (1 - square_decay) * gradient[i] * gradient[i];
      at.logs[i] += rate * mean[i] / (1 - mean_left) / (std::sqrt(square[i] / (1 - square_left)) + epsilon);
    }
  }
  return at;
}

}  // namespace sluice
