#pragma once

#include "sluice/nn/metric.h"

namespace sluice {

/// Share of rows whose most probable class is the label; of elements on the right side of 0.5 for an output of one.
/// Keras' accuracies of classes are all reported as "accuracy".
struct Accuracy {
  static constexpr std::string_view class_name = "accuracy";
  static constexpr std::string_view doc = "Share of rows whose most probable class is the label.";
  static constexpr auto fields() { return std::tuple{}; }
};

/// Share of elements that are on the same side of the threshold as their label is of 0.5.
struct BinaryAccuracy {
  double threshold = 0.5;

  static constexpr std::string_view class_name = "BinaryAccuracy";
  static constexpr std::string_view doc = "Share of outputs on the right side of the threshold.";
  static constexpr auto fields() {
    return std::tuple{field("threshold", &BinaryAccuracy::threshold, "outputs above it mean 1")};
  }
};

NamedType<Metric> accuracy_type();
NamedType<Metric> binary_accuracy_type();

}  // namespace sluice
