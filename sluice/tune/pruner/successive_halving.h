#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sluice/tune/objective.h"
#include "sluice/tune/trial_view.h"

namespace sluice {

/// The rungs of asynchronous successive halving (Li et al. 2020), and who climbs them.
struct SuccessiveHalving {
  int64_t factor;  ///< One of so many goes on, for about so many times as long.
  Objective objective;

  /// Returns floor(epochs / factor^k) >= 1, rising.
  std::vector<int64_t> rungs(int64_t epochs) const;

  /// Returns the number of the trial that goes on now, or nothing: from the highest rung down, the first of the best
  /// floor(n / factor) of the n trials with a result there, by best value so far, then lower number, that waits there.
  std::optional<int64_t> promote(const std::vector<const TrialView*>& trials) const;

 private:
  std::optional<int64_t> promote_from(const std::vector<const TrialView*>& trials, size_t rungs) const;
};

}  // namespace sluice
