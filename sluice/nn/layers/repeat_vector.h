#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// The same vector n times: [features] → [n, features].
struct RepeatVector {
  int64_t n = 1;

  static constexpr std::string_view class_name = "RepeatVector";
  static constexpr std::string_view doc = "The same vector n times, one below the other.";
  static constexpr auto fields() {
    return std::tuple{required("n", &RepeatVector::n, at_least(1), "how often the input is repeated")};
  }
};

LayerPtr make(const RepeatVector& parameters);
LayerType repeat_vector_type();

}  // namespace sluice
