#include "sluice/tune/gaussian_process/positions.h"

#include <cmath>

namespace sluice {
namespace {

double position_on(const Axis& axis, double coordinate) {
  if (axis.kind == Axis::Kind::categories) return std::isnan(coordinate) ? -1 : coordinate;
  if (std::isnan(coordinate)) return 0.5;
  if (axis.kind == Axis::Kind::line) return coordinate;
  const auto cell = static_cast<size_t>(coordinate);
  return (axis.bounds[cell] + axis.bounds[cell + 1]) / 2;
}

}  // namespace

Positions::Positions(const Axes& axes) : axes_(axes), coordinates_(axes.size()) {}

void Positions::add(const Point& point) {
  for (size_t axis = 0; axis < axes(); ++axis)
    coordinates_[axis].push_back(position_on(axes_.axes()[axis], point[axis]));
  ++size_;
}

void Positions::add_squared_distances(size_t axis, double weight, const Positions& other, size_t index,
                                      std::span<double> sums) const {
  const double from = other.coordinates_[axis][index];
  const double* to = coordinates_[axis].data();
  if (axes_.axes()[axis].kind == Axis::Kind::categories) {
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += to[i] == from ? 0 : weight;
  } else {
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += weight * (to[i] - from) * (to[i] - from);
  }
}

}  // namespace sluice
