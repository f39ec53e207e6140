#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// The inputs one behind the other in one dimension; all other sizes are the same. At least two inputs.
struct Concatenate {
  int64_t axis = -1;

  static constexpr std::string_view class_name = "Concatenate";
  static constexpr std::string_view doc = "The inputs one behind the other.";
  static constexpr auto fields() {
    return std::tuple{
        field("axis", &Concatenate::axis, "dimension in which they are joined, with the batch as 0; -1 is the last")};
  }
};

LayerPtr make(const Concatenate& parameters);
LayerType concatenate_type();

}  // namespace sluice
