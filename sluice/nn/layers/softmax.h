#pragma once

#include "sluice/nn/axes.h"
#include "sluice/nn/layer.h"

namespace sluice {

/// Softmax over one dimension, or over several together.
struct Softmax {
  Axes axis{{-1}};

  static constexpr std::string_view class_name = "Softmax";
  static constexpr std::string_view doc = "Turns numbers into probabilities over a dimension.";
  static constexpr auto fields() {
    return std::tuple{
        field("axis", &Softmax::axis, "the dimension, or several, with the batch as 0, over which they sum to 1")};
  }
};

LayerPtr make(const Softmax& parameters);
LayerType softmax_type();

}  // namespace sluice
