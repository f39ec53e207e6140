#pragma once

#include <functional>
#include <vector>

#include "sluice/base/random.h"
#include "sluice/tune/axes.h"
#include "sluice/tune/gaussian_process/gaussian_process.h"

namespace sluice {

/// Returns how much less than `best` a value is expected to be, counting those above as no less (Jones et al. 1998, eq.
/// 15).
double expected_improvement(const Prediction& prediction, double best);

/// Where to look for a point of high expected improvement.
struct ImprovementSearch {
  const Axes& axes;
  const GaussianProcess& process;
  double best;                                ///< The value to improve on.
  std::function<bool(const Point&)> refused;  ///< Points that are not to be returned, without inactive coordinates.
  std::vector<Point> starts;                  ///< Points that are improved on beside the best draws.
};

/// Returns the best of so many random draws, and of points near the best of these and near the starts. The number of
/// predictions is bounded. Coordinates of inactive axes are NaN.
Point find_improvement(const ImprovementSearch& search, size_t draws, const Random& random);

}  // namespace sluice
