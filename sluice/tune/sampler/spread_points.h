#pragma once

#include <cstdint>
#include <vector>

#include "sluice/tune/axes.h"

namespace sluice {

/// Points for the trials before a model knows enough: those of a Latin hypercube (McKay et al. 1979), which spreads
/// them evenly along each axis; behind its end, any.
class SpreadPoints {
 public:
  /// The hypercube has `size` points, the first one for trial `first`. `axes` is kept.
  SpreadPoints(const Axes& axes, uint64_t seed, int64_t first, int64_t size);

  /// Returns the point of trial `number`, with coordinates on all axes.
  Point at(int64_t number) const;

 private:
  double uniform(size_t axis, int64_t number) const;

  const Axes& axes_;
  uint64_t seed_;
  int64_t first_;
  int64_t size_;
  std::vector<std::vector<int64_t>> strata_;  ///< [axis][point]
};

}  // namespace sluice
