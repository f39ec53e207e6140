#pragma once

#include "sluice/nn/metric.h"

namespace sluice {

enum class Aggregation { uniform_average, variance_weighted_average };
constexpr auto enum_names(Aggregation) {
  return std::to_array<std::string_view>({"uniform_average", "variance_weighted_average"});
}

/// Coefficient of determination: 1 - squared error / variance of the labels, of each output.
struct R2Score {
  std::optional<Aggregation> class_aggregation = Aggregation::uniform_average;
  int64_t num_regressors = 0;

  static constexpr std::string_view class_name = "R2Score";
  static constexpr std::string_view doc = "Coefficient of determination: 1 - squared error / variance of the labels.";
  static constexpr auto fields() {
    return std::tuple{
        field("class_aggregation", &R2Score::class_aggregation, "of the outputs; null: a number for each"),
        field("num_regressors", &R2Score::num_regressors, at_least(0),
              "predictors, for the adjusted score; 0: not adjusted")};
  }
};

NamedType<Metric> r2_score_type();

}  // namespace sluice
