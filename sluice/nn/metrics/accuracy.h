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

/// Share of elements whose label, 0 or 1, says whether they are above the threshold.
struct BinaryAccuracy {
  double threshold = 0.5;

  static constexpr std::string_view class_name = "BinaryAccuracy";
  static constexpr std::string_view doc = "Share of outputs on the right side of the threshold.";
  static constexpr auto fields() {
    return std::tuple{field("threshold", &BinaryAccuracy::threshold, "outputs above it mean 1")};
  }
};

/// Share of vectors whose label is among the k most probable classes.
struct TopKCategoricalAccuracy {
  int64_t k = 5;

  static constexpr std::string_view class_name = "TopKCategoricalAccuracy";
  static constexpr std::string_view doc = "Share of rows whose one-hot label is among the k most probable classes.";
  static constexpr auto fields() {
    return std::tuple{field("k", &TopKCategoricalAccuracy::k, at_least(1), "how many classes may be right")};
  }
};

/// The same for class numbers.
struct SparseTopKCategoricalAccuracy : TopKCategoricalAccuracy {
  static constexpr std::string_view class_name = "SparseTopKCategoricalAccuracy";
  static constexpr std::string_view doc = "Share of rows whose class number is among the k most probable classes.";
};

NamedType<Metric> accuracy_type();
NamedType<Metric> binary_accuracy_type();
NamedType<Metric> top_k_categorical_accuracy_type();
NamedType<Metric> sparse_top_k_categorical_accuracy_type();

}  // namespace sluice
