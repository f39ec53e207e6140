#pragma once

#include <cstdint>
#include <vector>

#include "sluice/tune/axes.h"

namespace sluice {

/// A trial as samplers and pruners see it at one moment of the logical clock: only visible results show.
struct TrialView {
  enum class State {
    running,    ///< A segment was started and its result is not visible yet.
    paused,     ///< It waits at the end of a segment and can be promoted. Never trial 0.
    completed,  ///< Its training has finished.
    failed,
  };
  int64_t number = 0;
  Params params;
  Point point;  ///< Where the parameters lie, for models of the space.
  State state = State::running;
  int64_t segments = 1;  ///< How many segments were started.
  /// The best objective so far at the end of each segment whose result is visible; empty for a failed trial. A running
  /// trial has entries for its former segments.
  std::vector<double> rungs;
};

}  // namespace sluice
