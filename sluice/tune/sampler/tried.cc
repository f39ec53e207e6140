#include "sluice/tune/sampler/tried.h"

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

bool same(const Point& a, const Point& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace

bool was_tried(const Axes& axes, const Point& point, const std::vector<TrialView>& trials) {
  if (std::ranges::any_of(axes.axes(), [](const Axis& axis) { return axis.kind == Axis::Kind::line; })) return false;
  return std::ranges::any_of(trials, [&](const TrialView& trial) { return same(trial.point, point); });
}

}  // namespace sluice
