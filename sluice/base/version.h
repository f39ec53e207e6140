#pragma once

namespace sluice {

/// The version that `sluice --version` prints and run records name.
inline constexpr const char* program_version = "0.1.0";

}  // namespace sluice
