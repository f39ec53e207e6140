#pragma once

#include <cmath>
#include <optional>

#include "sluice/base/random.h"

namespace sluice {

/// The stream of an initializer's own seed, or the one it is given.
inline Random stream_of(std::optional<int64_t> seed, const Random& given) {
  return seed ? Random(static_cast<uint64_t>(*seed), Purpose::initializer) : given;
}

/// Standard normal, drawn again until it lies within two standard deviations. Further draws have indices far from those
/// in use.
inline double truncated_normal(const Random& random, uint64_t index) {
  for (uint64_t attempt = 0;; ++attempt) {
    const double value = random.normal(index + (attempt << 48));
    if (std::abs(value) <= 2) return value;
  }
}

}  // namespace sluice
