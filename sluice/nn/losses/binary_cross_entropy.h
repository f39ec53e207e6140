#pragma once

#include "sluice/nn/loss.h"

namespace sluice {

/// Cross-entropy of single probabilities.
struct BinaryCrossentropy {
  bool from_logits = false;
  double label_smoothing = 0;

  static constexpr std::string_view class_name = "BinaryCrossentropy";
  static constexpr std::string_view doc = "Cross-entropy of outputs that are each a probability, labels 0 and 1.";
  static constexpr auto fields() {
    return std::tuple{
        field("from_logits", &BinaryCrossentropy::from_logits, "whether outputs are logits rather than probabilities"),
        field("label_smoothing", &BinaryCrossentropy::label_smoothing, between(0, 1),
              "share of a label that is moved to 1/2")};
  }
};

/// Binary cross-entropy that counts less where the output is right already (Lin et al. 2017).
struct BinaryFocalCrossentropy {
  bool apply_class_balancing = false;
  double alpha = 0.25;
  double gamma = 2;
  bool from_logits = false;
  double label_smoothing = 0;

  static constexpr std::string_view class_name = "BinaryFocalCrossentropy";
  static constexpr std::string_view doc = "Binary cross-entropy that counts less where the output is right already.";
  static constexpr auto fields() {
    using P = BinaryFocalCrossentropy;
    return std::tuple{
        field("apply_class_balancing", &P::apply_class_balancing, "whether alpha weighs the classes"),
        field("alpha", &P::alpha, between(0, 1), "weight of class 1; class 0 has 1 - alpha"),
        field("gamma", &P::gamma, at_least(0), "exponent of what is missed"),
        field("from_logits", &P::from_logits, "whether outputs are logits rather than probabilities"),
        field("label_smoothing", &P::label_smoothing, between(0, 1), "share of a label that is moved to 1/2")};
  }
};

NamedType<Loss> binary_crossentropy_type();
NamedType<Loss> binary_focal_crossentropy_type();

}  // namespace sluice
