#pragma once

#include "sluice/nn/loss.h"

namespace sluice {

/// Cross-entropy against class numbers.
struct SparseCategoricalCrossentropy {
  bool from_logits = false;

  static constexpr std::string_view class_name = "SparseCategoricalCrossentropy";
  static constexpr std::string_view doc = "Cross-entropy against class numbers.";
  static constexpr auto fields() {
    return std::tuple{field("from_logits", &SparseCategoricalCrossentropy::from_logits,
                            "whether outputs are logits rather than probabilities")};
  }
};

/// Cross-entropy against a distribution over the classes.
struct CategoricalCrossentropy {
  bool from_logits = false;
  double label_smoothing = 0;

  static constexpr std::string_view class_name = "CategoricalCrossentropy";
  static constexpr std::string_view doc = "Cross-entropy against a distribution over the classes (one-hot labels).";
  static constexpr auto fields() {
    return std::tuple{field("from_logits", &CategoricalCrossentropy::from_logits,
                            "whether outputs are logits rather than probabilities"),
                      field("label_smoothing", &CategoricalCrossentropy::label_smoothing, between(0, 1),
                            "share of a label that is spread over all classes")};
  }
};

NamedType<Loss> sparse_categorical_crossentropy_type();
NamedType<Loss> categorical_crossentropy_type();

}  // namespace sluice
