#pragma once

#include "sluice/experiment/callback.h"

namespace sluice {

/// Ends a training that diverges with the weights of the epoch before.
struct TerminateOnNaN {
  bool raise_error = false;

  static constexpr std::string_view class_name = "TerminateOnNaN";
  static constexpr std::string_view doc =
      "Ends a training that diverges with the weights of the epoch before, where there is one; else it is an error.";
  static constexpr auto fields() {
    return std::tuple{field("raise_error", &TerminateOnNaN::raise_error, "whether it is an error in any case")};
  }
};

NamedType<Callback> terminate_on_nan_type();

}  // namespace sluice
