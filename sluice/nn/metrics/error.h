#pragma once

#include "sluice/nn/metric.h"

namespace sluice {

/// Mean absolute error.
struct MeanAbsoluteErrorMetric {
  static constexpr std::string_view class_name = "MeanAbsoluteError";
  static constexpr std::string_view doc = "Mean absolute error.";
  static constexpr auto fields() { return std::tuple{}; }
};

/// Mean squared error.
struct MeanSquaredErrorMetric {
  static constexpr std::string_view class_name = "MeanSquaredError";
  static constexpr std::string_view doc = "Mean squared error.";
  static constexpr auto fields() { return std::tuple{}; }
};

NamedType<Metric> mean_absolute_error_metric_type();
NamedType<Metric> mean_squared_error_metric_type();

}  // namespace sluice
