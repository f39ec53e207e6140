#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// Where a graph is fed (Keras' InputLayer).
struct Input {
  std::vector<int64_t> shape;
  std::string dtype = "float32";

  static constexpr std::string_view class_name = "InputLayer";
  static constexpr std::string_view doc = "Where the model is fed: the shape of one row, without the batch.";
  static constexpr auto fields() {
    return std::tuple{field("shape", &Input::shape, at_least(1), "sizes of one row, such as [28, 28, 1]"),
                      field("dtype", &Input::dtype, "element type that the model is fed; arithmetic is float32")};
  }
};

LayerPtr make(const Input& parameters);
LayerType input_type();

}  // namespace sluice
