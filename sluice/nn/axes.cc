#include "sluice/nn/axes.h"

#include <algorithm>

#include "sluice/nn/move.h"

namespace sluice {
namespace {

/// The dimensions in the order in which these are last.
std::vector<size_t> order_with_last(const std::vector<size_t>& axes, size_t rank) {
  std::vector<size_t> order;
  for (size_t i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i) == axes.end()) order.push_back(i);
  }
  order.insert(order.end(), axes.begin(), axes.end());
  return order;
}

/// Dimension i of the result is dimension order[i] of the value.
Value build_order(PlanBuilder& plan, Value value, const std::vector<size_t>& order) {
  if (std::ranges::is_sorted(order)) return value;
  const Shape shape = sizes_of(order, plan.shape(value));
  Move move = identity_move(shape);
  for (size_t i = 0; i < order.size(); ++i) move.loops[i].from_dimension = static_cast<int>(order[i]);
  return build_move(plan, "permute", value, shape, move);
}

}  // namespace

std::vector<size_t> without_batch(const Axes& axes, const Shape& shape, const std::string& name) {
  if (axes.list.empty()) throw invalid(name + ": expected at least one dimension");
  std::vector<size_t> indices;
  for (int64_t axis : axes.list) indices.push_back(without_batch(axis, shape, name));
  std::ranges::sort(indices);
  if (auto twice = std::ranges::adjacent_find(indices); twice != indices.end())
    throw invalid(name + ": dimension " + std::to_string(*twice + 1) + " is there twice");
  return indices;
}

Shape sizes_of(const std::vector<size_t>& axes, const Shape& shape) {
  Shape sizes;
  for (size_t axis : axes) sizes.push_back(shape[axis]);
  return sizes;
}

std::vector<CopyLoop> broadcast_loops(const Shape& from, const Shape& to) {
  std::vector<CopyLoop> loops(to.size());
  int64_t from_stride = 1, to_stride = 1;
  for (size_t i = to.size(); i-- > 0; from_stride *= from[i], to_stride *= to[i])
    loops[i] = {to[i], from[i] == to[i] ? from_stride : 0, to_stride};
  return merged_loops(std::move(loops));
}

Value build_axes_last(PlanBuilder& plan, Value value, const std::vector<size_t>& axes) {
  const Value x = plan.in(Layout::rows, value);
  return build_order(plan, x, order_with_last(axes, plan.shape(x).size()));
}

Value build_axes_back(PlanBuilder& plan, Value value, const std::vector<size_t>& axes, const Shape& shape) {
  const std::vector<size_t> order = order_with_last(axes, shape.size());
  std::vector<size_t> back(order.size());
  for (size_t i = 0; i < order.size(); ++i) back[order[i]] = i;
  return build_order(plan, value, back);
}

}  // namespace sluice
