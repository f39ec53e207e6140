#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sluice/experiment/callback.h"

namespace sluice {

/// Whether less or more is better; `automatic` follows from what is watched.
enum class MonitorMode { automatic, min, max };

constexpr std::array<std::string_view, 3> enum_names(MonitorMode) { return {"auto", "min", "max"}; }

/// A score that a callback watches, and what counts as better.
struct Monitor {
  std::string name;
  bool rising = false;   ///< More is better.
  double min_delta = 0;  ///< Changes up to this do not count.

  /// Whether a value is better than another; without one it is.
  bool improves(double value, const std::optional<double>& other) const;

  /// The watched value. Throws Error(invalid_argument) when it is missing.
  double value(const Scores& scores) const;
};

/// Finds what a callback of this class watches. Throws Error(invalid_argument) when no such score is reported, with the
/// nearest that is.
Monitor find_monitor(std::string_view callback, const std::string& name, MonitorMode mode, double min_delta,
                     const CallbackPlace& place);

}  // namespace sluice
