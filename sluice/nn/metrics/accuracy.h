#pragma once

#include "sluice/nn/metric.h"

namespace sluice {

/// Share of rows whose most probable class is the label. Keras' other accuracies of classes are read under their names
/// and reported as "accuracy".
struct Accuracy {
  static constexpr std::string_view class_name = "Accuracy";
  static constexpr std::string_view doc = "Share of rows whose most probable class is the label.";
  static constexpr auto fields() { return std::tuple{}; }
};

NamedType<Metric> accuracy_type();

}  // namespace sluice
