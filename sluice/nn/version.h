#pragma once

#include <cstdint>

namespace sluice {

/// Counts the changes that alter the bits of a training run. Persistent: part of a study's identity.
constexpr int64_t engine_version = 7;

}  // namespace sluice
