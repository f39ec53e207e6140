#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sluice/tune/trial_view.h"

namespace sluice {

/// Cuts trials into segments and says which paused trial goes on. It learns the objective when it is made. Its answers
/// depend on the arguments only, never on former calls.
class Pruner {
 public:
  virtual ~Pruner() = default;

  /// Returns the last epochs of the segments of trial `number`, rising, the last one being `epochs` (>= 1).
  virtual std::vector<int64_t> segments(int64_t number, int64_t epochs) const = 0;

  /// Returns the number of the paused trial that goes on now, or nothing. `trials` are all trials started, by number;
  /// `more` says that a new one starts where none goes on.
  virtual std::optional<int64_t> promote(const std::vector<TrialView>& trials, bool more) const = 0;
};

}  // namespace sluice
