#pragma once

#include <span>
#include <vector>

#include "sluice/tune/axes.h"

namespace sluice {

/// Points as a Gaussian process sees them. Along an ordered axis they are as far apart as their shares of the axis,
/// which is 1 long, cells in their middles; an inactive parameter is in the middle. Along an axis of categories they
/// are 1 apart unless they are equal; inactive, and outside of the choices, is a category more.
class Positions {
 public:
  explicit Positions(const Axes& axes);

  void add(const Point& point);

  /// Returns positions over the same axes, without a point.
  Positions none() const { return Positions(axes_); }

  size_t size() const { return size_; }
  size_t axes() const { return coordinates_.size(); }

  /// Adds `weight` times the squared distance along an axis between `other`'s point `index` and each of the first
  /// `sums.size()` of these.
  void add_squared_distances(size_t axis, double weight, const Positions& other, size_t index,
                             std::span<double> sums) const;

 private:
  const Axes& axes_;
  size_t size_ = 0;
  std::vector<std::vector<double>> coordinates_;  ///< [axis][point]
};

}  // namespace sluice
