#pragma once

#include "sluice/nn/loss.h"

namespace sluice {

/// The cosine of the angle between output and label, negated as a loss.
struct CosineSimilarity {
  static constexpr std::string_view class_name = "CosineSimilarity";
  static constexpr std::string_view doc = "Cosine of the angle between output and label; as a loss its negative.";
  static constexpr auto fields() { return std::tuple{}; }
};

/// Hinge between the label's class and the best of the others.
struct CategoricalHinge {
  static constexpr std::string_view class_name = "CategoricalHinge";
  static constexpr std::string_view doc = "max(0, 1 + largest other output - output at the label).";
  static constexpr auto fields() { return std::tuple{}; }
};

NamedType<Loss> cosine_similarity_type();
NamedType<Loss> categorical_hinge_type();

}  // namespace sluice
