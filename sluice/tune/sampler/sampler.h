#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sluice/tune/space.h"
#include "sluice/tune/trial_view.h"

namespace sluice {

/// Proposes the parameters of new trials. It learns the space, the objective and the seed when it is made.
class Sampler {
 public:
  virtual ~Sampler() = default;

  /// Returns the parameters of trial `number`, or nothing when there are no more to try. `trials` are all trials
  /// started before, by number. The answer depends on these two and on what the sampler was made with, never on former
  /// calls.
  virtual std::optional<Params> sample(int64_t number, const std::vector<TrialView>& trials) const = 0;

  /// Returns how many trials there are to try, the given ones among them; nothing where there is no end.
  virtual std::optional<int64_t> most_trials() const { return std::nullopt; }

  /// Whether the results of trials make a difference.
  virtual bool learns() const { return false; }
};

}  // namespace sluice
