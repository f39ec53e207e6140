#include "sluice/tune/gaussian_process/gaussian_process.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sluice/base/random.h"
#include "sluice/tune/gaussian_process/fit.h"
#include "sluice/tune/testing/search_case.h"

namespace sluice {
namespace {

const double nowhere_near = std::nan("");

/// By name, the last in the alphabet first: kind, cells, a.
const Axes& axes_of_three() {
  static const Axes axes(
      testing::space_of(R"({"a": {"float": [0, 1]}, "cells": {"int": [1, 4]}, "kind": {"choice": ["x", "y", "z"]}})"));
  return axes;
}

Positions positions_of(const std::vector<Point>& points) {
  Positions positions(axes_of_three());
  for (const Point& point : points) positions.add(point);
  return positions;
}

/// The squared distance along an axis.
double distance(size_t axis, const Point& from, const Point& to) {
  std::vector<double> sums{1};
  positions_of({to}).add_squared_distances(axis, 2, positions_of({from}), 0, sums);
  return (sums[0] - 1) / 2;
}

TEST(Positions, MeasuresDistances) {
  const Point one{0, 0, 0.25}, other{2, 3, 0.75}, inactive{nowhere_near, nowhere_near, nowhere_near};
  EXPECT_EQ(distance(0, one, one), 0);
  EXPECT_EQ(distance(0, one, other), 1);
  EXPECT_EQ(distance(0, one, inactive), 1);
  EXPECT_EQ(distance(0, inactive, inactive), 0);
  EXPECT_EQ(distance(1, one, other), 0.75 * 0.75);
  EXPECT_EQ(distance(1, one, inactive), 0.375 * 0.375);
  EXPECT_EQ(distance(2, one, other), 0.25);
  EXPECT_EQ(distance(2, one, inactive), 0.0625);
}

TEST(Kernel, IsMatern) {
  EXPECT_EQ(matern(0), 1);
  EXPECT_NEAR(matern(1), (1 + std::sqrt(5) + 5.0 / 3) * std::exp(-std::sqrt(5)), 1e-15);
  constexpr double step = 1e-6;
  for (double at : {0.01, 0.5, 3.0})
    EXPECT_NEAR(matern_slope(at), (matern(at + step) - matern(at - step)) / (2 * step), 1e-8);
}

const std::vector<Point> six_points{{0, 0, 0.1}, {1, 1, 0.4}, {2, 3, 0.5}, {0, 2, 0.9}, {1, 0, 0.75}, {2, 1, 0.2}};
const std::vector<double> six_values{1, -0.5, 0.3, -1.2, 0.9, -0.5};

TEST(LogPosterior, HasItsNumericGradient) {
  const Positions positions = positions_of(six_points);
  const KernelParameters parameters{{0.5, -1, 1.5, -3}};
  const LogPosterior posterior = log_posterior(positions, six_values, parameters);
  ASSERT_EQ(posterior.gradient.size(), 4U);
  for (size_t i = 0; i < 4; ++i) {
    constexpr double step = 1e-5;
    KernelParameters above = parameters, below = parameters;
    above.logs[i] += step;
    below.logs[i] -= step;
    const double slope =
        log_posterior(positions, six_values, above).value - log_posterior(positions, six_values, below).value;
    EXPECT_NEAR(posterior.gradient[i], slope / (2 * step), 1e-6) << i;
  }
}

/// One value: log N(y; 0, 1 + noise) without its constant, and the priors.
TEST(LogPosterior, IsThatOfANormalDistribution) {
  const double variance = 1 + std::exp(-7.0);
  const LogPosterior posterior = log_posterior(positions_of({six_points[0]}), {1.5}, {{1, 0, 0, -7}});
  EXPECT_NEAR(posterior.value, -std::log(variance) / 2 - 1.5 * 1.5 / 2 / variance - 0.25, 1e-14);
}

TEST(FitKernel, FindsWhatMatters) {
  std::vector<Point> points;
  std::vector<double> values;
  const Random random(1, Purpose::fuzz);
  for (uint64_t i = 0; i < 30; ++i) {
    points.push_back({static_cast<double>(random.below(3 * i + 1, 3)), static_cast<double>(random.below(3 * i, 4)),
                      random.uniform(3 * i + 2)});
    values.push_back(std::sqrt(2) * std::sin(9 * points.back()[2]));
  }
  const Positions positions = positions_of(points);
  const KernelParameters start = fit_kernel(positions, values, 0), fitted = fit_kernel(positions, values, 100);
  EXPECT_GT(log_posterior(positions, values, fitted).value, log_posterior(positions, values, start).value);
  EXPECT_GT(fitted.weight(2), 3);
  EXPECT_LT(fitted.weight(0), 0.3);
  EXPECT_LT(fitted.weight(1), 0.3);
}

const KernelParameters some_parameters{{0, 0, 2, std::log(1e-9)}};

TEST(GaussianProcess, GoesThroughItsValues) {
  const Positions positions = positions_of(six_points);
  const auto predictions = GaussianProcess(some_parameters, positions, six_values).predict(positions);
  for (size_t i = 0; i < six_values.size(); ++i) {
    EXPECT_NEAR(predictions[i].mean, six_values[i], 1e-6);
    EXPECT_LT(predictions[i].deviation, 1e-4);
  }
}

TEST(GaussianProcess, KnowsNothingFarAway) {
  const KernelParameters narrow{{20, 20, 20, -9}};
  const auto predictions =
      GaussianProcess(narrow, positions_of(six_points), six_values).predict(positions_of({{0, 3, 0.6}}));
  EXPECT_NEAR(predictions[0].mean, 0, 1e-6);
  EXPECT_NEAR(predictions[0].deviation, 1, 1e-6);
}

TEST(GaussianProcess, BelievesWithoutAChangeOfMeans) {
  GaussianProcess process(some_parameters, positions_of(six_points), six_values);
  const Point believed{1, 2, 0.6};
  const Positions points = positions_of({believed, {0, 1, 0.3}});
  const auto before = process.predict(points);
  process.believe(believed, -10);
  const auto after = process.predict(points);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(after[i].mean, before[i].mean, 1e-9);
    EXPECT_LT(after[i].deviation, before[i].deviation);
  }
  EXPECT_LT(after[0].deviation, 1e-4);
}

TEST(GaussianProcess, BelievesNothingBelowTheLeast) {
  GaussianProcess process(some_parameters, positions_of(six_points), six_values);
  process.believe({1, 2, 0.6}, 3);
  EXPECT_NEAR(process.predict(positions_of({{1, 2, 0.6}}))[0].mean, 3, 1e-6);
}

}  // namespace
}  // namespace sluice
