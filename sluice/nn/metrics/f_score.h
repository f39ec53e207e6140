#pragma once

#include "sluice/nn/metric.h"

namespace sluice {

/// How the scores of the classes become one.
enum class Average { micro, macro, weighted };
constexpr auto enum_names(Average) { return std::to_array<std::string_view>({"micro", "macro", "weighted"}); }

/// The harmonic mean of precision and recall, with recall beta times as important.
struct FBetaScore {
  std::optional<Average> average;
  double beta = 1;
  std::optional<double> threshold;

  static constexpr std::string_view class_name = "FBetaScore";
  static constexpr std::string_view doc =
      "Harmonic mean of precision and recall, recall being beta times as important.";
  static constexpr auto fields() {
    return std::tuple{field("average", &FBetaScore::average, "of the classes; null: a number for each"),
                      field("beta", &FBetaScore::beta, above(0), "importance of recall"),
                      field("threshold", &FBetaScore::threshold, Bounds{.low = 0, .high = 1, .low_open = true},
                            "outputs above mean 1; null: the largest of a row does")};
  }
};

struct F1Score {
  std::optional<Average> average;
  std::optional<double> threshold;

  static constexpr std::string_view class_name = "F1Score";
  static constexpr std::string_view doc = "Harmonic mean of precision and recall.";
  static constexpr auto fields() {
    return std::tuple{field("average", &F1Score::average, "of the classes; null: a number for each"),
                      field("threshold", &F1Score::threshold, Bounds{.low = 0, .high = 1, .low_open = true},
                            "outputs above mean 1; null: the largest of a row does")};
  }
};

NamedType<Metric> f_beta_score_type();
NamedType<Metric> f1_score_type();

}  // namespace sluice
