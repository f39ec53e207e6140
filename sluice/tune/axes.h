#pragma once

#include <string>
#include <vector>

#include "sluice/tune/space.h"

namespace sluice {

/// One parameter of a space as a model sees it.
struct Axis {
  enum class Kind {
    categories,  ///< Values without an order: a point has their index.
    cells,       ///< Few ordered values: a point has their rank.
    line,        ///< Many or infinitely many: a point has the value of the distribution function, in [0, 1].
  };
  Kind kind = Kind::line;
  /// Where the cells begin and the last one ends, in [0, 1]: a cell's width is its mass. Of categories too; empty for a
  /// line.
  std::vector<double> bounds;

  /// The number of values; 0 for a line.
  size_t size() const { return bounds.empty() ? 0 : bounds.size() - 1; }
};

/// The parameters of a trial in the order of `Space::by_name`; NaN where one is inactive, or not among the choices.
using Point = std::vector<double>;

/// A space as axes, in the order of `Space::by_name`. Ranges with few values, and choices between numbers, are cells.
class Axes {
 public:
  explicit Axes(const Space& space);

  const std::vector<Axis>& axes() const { return axes_; }
  size_t size() const { return axes_.size(); }

  /// Returns where a trial's parameters lie.
  Point point(const Params& params) const;

  /// Returns the parameters at a point, without those that are inactive with the others. Coordinates that are NaN need
  /// be of such.
  Params params(const Point& point) const;

  /// Returns the coordinate at a uniform of the distribution function.
  double coordinate_at(size_t axis, double uniform) const;

  /// Returns the axes in groups that are active together, each behind those that its activity depends on.
  const std::vector<std::vector<size_t>>& groups() const { return groups_; }

  /// Returns a point without the coordinates of axes that are inactive with the others.
  Point active_part(const Point& point) const;

  /// Whether an axis is active at a point, whose coordinates of other axes must be there where this depends on them.
  bool is_active(size_t axis, const Point& point) const;

 private:
  std::vector<std::vector<size_t>> find_groups() const;
  Json value(size_t axis, double coordinate) const;

  Space space_;
  std::vector<SpaceParameter> parameters_;
  std::vector<Axis> axes_;
  std::vector<std::vector<int64_t>> order_;  ///< Of choices: the index of the value of each rank.
  std::vector<std::vector<size_t>> groups_;
};

}  // namespace sluice
