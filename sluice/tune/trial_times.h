#pragma once

#include <optional>
#include <vector>

#include "sluice/tune/summary.h"

namespace sluice {

/// When a trial was worked on, in seconds since 1970.
struct TrialTimes {
  std::optional<double> start;
  std::optional<double> end;   ///< Of the last segment that ended.
  std::vector<double> epochs;  ///< When each epoch was done; 0 where nobody knows.
};

/// By trial. What journals without times do not say is left open.
std::vector<TrialTimes> trial_times(const StudySummary& study);

}  // namespace sluice
