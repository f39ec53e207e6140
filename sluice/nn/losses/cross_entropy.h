#pragma once

#include "sluice/nn/loss.h"

namespace sluice {

/// Cross-entropy against class numbers.
struct SparseCategoricalCrossentropy {
  bool from_logits = false;
  std::optional<int64_t> ignore_class;

  static constexpr std::string_view class_name = "SparseCategoricalCrossentropy";
  static constexpr std::string_view doc = "Cross-entropy against class numbers.";
  static constexpr auto fields() {
    return std::tuple{field("from_logits", &SparseCategoricalCrossentropy::from_logits,
                            "whether outputs are logits rather than probabilities"),
                      field("ignore_class", &SparseCategoricalCrossentropy::ignore_class, between(-1e9, 1e9),
                            "label that does not count; the mean is over the others")};
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

/// Cross-entropy that counts less where the output is right already (Lin et al. 2017).
struct CategoricalFocalCrossentropy {
  double alpha = 0.25;
  double gamma = 2;
  bool from_logits = false;
  double label_smoothing = 0;

  static constexpr std::string_view class_name = "CategoricalFocalCrossentropy";
  static constexpr std::string_view doc = "Cross-entropy that counts less where the output is right already.";
  static constexpr auto fields() {
    using P = CategoricalFocalCrossentropy;
    return std::tuple{field("alpha", &P::alpha, at_least(0), "factor"),
                      field("gamma", &P::gamma, at_least(0), "exponent of 1 - p"),
                      field("from_logits", &P::from_logits, "whether outputs are logits rather than probabilities"),
                      field("label_smoothing", &P::label_smoothing, between(0, 1),
                            "share of a label that is spread over all classes")};
  }
};

NamedType<Loss> sparse_categorical_crossentropy_type();
NamedType<Loss> categorical_crossentropy_type();
NamedType<Loss> categorical_focal_crossentropy_type();

}  // namespace sluice
