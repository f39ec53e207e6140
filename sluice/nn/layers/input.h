#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// Where a graph is fed (Keras' InputLayer). Of sizes that are left open, which Keras writes as null, `shape` holds
/// those that the graph is built for at the moment.
struct Input {
  std::vector<int64_t> shape;
  std::string dtype = "float32";
  std::vector<int64_t> open;

  static constexpr std::string_view class_name = "InputLayer";
  static constexpr std::string_view doc = "Where the model is fed: the shape of one row, without the batch.";
  static constexpr auto fields() {
    return std::tuple{field("shape", &Input::shape, at_least(1), "sizes of one row, such as [28, 28, 1]"),
                      field("dtype", &Input::dtype, "element type that the model is fed; arithmetic is float32"),
                      field("open", &Input::open, at_least(1),
                            "dimensions, with the batch as 0, whose size may be another one in the data")};
  }
};

LayerPtr make(const Input& parameters);
LayerType input_type();

}  // namespace sluice
