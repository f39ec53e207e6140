#include "sluice/tune/axes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace sluice {
namespace {

constexpr int64_t most_cells = 64;
constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

bool all_numbers(const Choice& choice) {
  return std::ranges::all_of(choice.values, [](const Json& value) { return value.is_number(); });
}

Axis axis_of(const Domain& domain) {
  const auto* choice = std::get_if<Choice>(&domain);
  const std::optional<int64_t> count = grid_size(domain);
  if (choice == nullptr && (!count || *count > most_cells)) return {};
  Axis axis{.kind = choice != nullptr && !all_numbers(*choice) ? Axis::Kind::categories : Axis::Kind::cells};
  for (int64_t i = 0; i <= *count; ++i) axis.bounds.push_back(grid_bound(domain, i));
  return axis;
}

/// The indices of a choice's values, numbers in rising order; empty for ranges.
std::vector<int64_t> order_of(const Domain& domain) {
  const auto* choice = std::get_if<Choice>(&domain);
  if (choice == nullptr) return {};
  std::vector<int64_t> order(choice->values.size());
  std::iota(order.begin(), order.end(), 0);
  if (all_numbers(*choice)) {
    std::ranges::sort(order, {}, [&](int64_t index) { return choice->values[static_cast<size_t>(index)].as_real(); });
  }
  return order;
}

/// The cell in which a uniform falls.
size_t cell_at(const Axis& axis, double uniform) {
  const auto above = std::upper_bound(axis.bounds.begin(), axis.bounds.end(), uniform);
  return std::min(static_cast<size_t>(std::max<std::ptrdiff_t>(above - axis.bounds.begin(), 1) - 1), axis.size() - 1);
}

double coordinate_of(const Axis& axis, const Domain& domain, const std::vector<int64_t>& order, const Json& value) {
  if (const auto* choice = std::get_if<Choice>(&domain)) {
    for (size_t rank = 0; rank < order.size(); ++rank) {
      if (choice->values[static_cast<size_t>(order[rank])] == value) return static_cast<double>(rank);
    }
    return nowhere;
  }
  const double uniform = uniform_of(domain, value.as_real());
  return axis.kind == Axis::Kind::line ? uniform : static_cast<double>(cell_at(axis, uniform));
}

}  // namespace

Axes::Axes(const Space& space) : space_(space) {
  for (const SpaceParameter* parameter : space.by_name()) {
    parameters_.push_back(*parameter);
    axes_.push_back(axis_of(parameter->domain));
    order_.push_back(order_of(parameter->domain));
  }
  groups_ = find_groups();
}

Point Axes::point(const Params& params) const {
  Point point(size(), nowhere);
  for (size_t i = 0; i < size(); ++i) {
    const Json* value = params.find(parameters_[i].name);
    if (value != nullptr) point[i] = coordinate_of(axes_[i], parameters_[i].domain, order_[i], *value);
  }
  return point;
}

double Axes::coordinate_at(size_t axis, double uniform) const {
  return axes_[axis].kind == Axis::Kind::line ? uniform : static_cast<double>(cell_at(axes_[axis], uniform));
}

std::vector<std::vector<size_t>> Axes::find_groups() const {
  std::vector<std::vector<size_t>> groups;
  std::set<std::string> settled;
  while (settled.size() < size()) {
    std::set<std::string> settled_now;
    const size_t first = groups.size();
    for (size_t i = 0; i < size(); ++i) {
      const SpaceParameter& parameter = parameters_[i];
      const auto is_settled = [&](const Condition& condition) { return settled.contains(condition.name); };
      if (settled.contains(parameter.name) || !std::ranges::all_of(parameter.when, is_settled)) continue;
      settled_now.insert(parameter.name);
      const auto together = [&](const std::vector<size_t>& group) {
        return parameters_[group[0]].when == parameter.when;
      };
      const auto found = std::find_if(groups.begin() + static_cast<std::ptrdiff_t>(first), groups.end(), together);
      if (found == groups.end()) {
        groups.push_back({i});
      } else {
        found->push_back(i);
      }
    }
    settled.merge(settled_now);
  }
  return groups;
}

Json Axes::value(size_t axis, double coordinate) const {
  const Domain& domain = parameters_[axis].domain;
  const auto rank = static_cast<size_t>(coordinate);
  if (!order_[axis].empty()) return grid_value(domain, order_[axis][rank]);
  if (axes_[axis].kind == Axis::Kind::cells) return grid_value(domain, static_cast<int64_t>(rank));
  return value_at(domain, std::min(coordinate, std::nextafter(1.0, 0.0)));
}

Params Axes::params(const Point& point) const {
  Json values = Json::object();
  for (size_t i = 0; i < size(); ++i) {
    if (!std::isnan(point[i])) values[parameters_[i].name] = value(i, point[i]);
  }
  return space_.read_params(values, "");
}

Point Axes::active_part(const Point& point) const {
  if (groups_.size() <= 1) return point;
  Point part(size(), nowhere);
  for (const std::vector<size_t>& group : groups_) {
    if (!is_active(group[0], part)) continue;
    for (size_t axis : group) part[axis] = point[axis];
  }
  return part;
}

bool Axes::is_active(size_t axis, const Point& point) const {
  const SpaceParameter& parameter = parameters_[axis];
  if (parameter.when.empty()) return true;
  Json values = Json::object();
  for (size_t i = 0; i < size(); ++i) {
    if (!std::isnan(point[i])) values[parameters_[i].name] = value(i, point[i]);
  }
  return space_.is_active(parameter, values);
}

}  // namespace sluice
