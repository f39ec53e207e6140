#pragma once

namespace sluice::cli {

/// The version that `sluice --version` prints.
inline constexpr const char* version = "0.1.0";

}  // namespace sluice::cli
