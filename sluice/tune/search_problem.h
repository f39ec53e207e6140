#pragma once

#include <cstdint>
#include <vector>

#include "sluice/tune/objective.h"
#include "sluice/tune/space.h"

namespace sluice {

/// What samplers and pruners are told once, before the first trial. Immutable.
struct SearchProblem {
  Space space;
  Objective objective;
  uint64_t seed = 0;
  std::vector<Params> given;  ///< Parameters of the first trials: the defaults (trial 0), then those enqueued.
};

}  // namespace sluice
