#pragma once

#include "sluice/nn/loss.h"

namespace sluice {

/// Mean squared error.
struct MeanSquaredError {
  static constexpr std::string_view class_name = "MeanSquaredError";
  static constexpr std::string_view doc = "Mean squared error.";
  static constexpr auto fields() { return std::tuple{}; }
};

NamedType<Loss> mean_squared_error_type();

}  // namespace sluice
