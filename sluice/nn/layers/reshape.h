#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// The same elements under another shape.
struct Reshape {
  std::vector<int64_t> target_shape;

  static constexpr std::string_view class_name = "Reshape";
  static constexpr std::string_view doc = "The same values under another shape.";
  static constexpr auto fields() {
    return std::tuple{required("target_shape", &Reshape::target_shape, at_least(-1),
                               "sizes without the batch; one may be -1, which is what the others leave")};
  }
};

LayerPtr make(const Reshape& parameters);
LayerType reshape_type();

}  // namespace sluice
