#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// Another order of the dimensions: size i of the result is size dims[i] of the input.
struct Permute {
  std::vector<int64_t> dims;

  static constexpr std::string_view class_name = "Permute";
  static constexpr std::string_view doc = "Another order of the dimensions.";
  static constexpr auto fields() {
    return std::tuple{required("dims", &Permute::dims, at_least(1),
                               "dimensions of the input in their new order; the first behind the batch is 1")};
  }
};

LayerPtr make(const Permute& parameters);
LayerType permute_type();

}  // namespace sluice
