#pragma once

#include "sluice/nn/metric.h"

namespace sluice {

/// How many rows of each class were taken for which: a table that evaluation reports; no score. Keras has no such
/// metric.
struct ConfusionMatrix {
  static constexpr std::string_view class_name = "confusion_matrix";
  static constexpr std::string_view doc = "How many rows of each class (row) were taken for which (column).";
  static constexpr auto fields() { return std::tuple{}; }
};

NamedType<Metric> confusion_matrix_type();

}  // namespace sluice
