#pragma once

#include <cstdint>
#include <cstdlib>

namespace sluice::testing {

/// How many cases a test draws that draws them at random: `usual`, or ten times as many for `make test-slow`, which
/// sets SLUICE_SLOW.
inline int64_t random_cases(int64_t usual) { return std::getenv("SLUICE_SLOW") != nullptr ? 10 * usual : usual; }

}  // namespace sluice::testing
