#include "sluice/nn/move.h"

#include <algorithm>

#include "sluice/tensor/kernel_level.h"
#include "sluice/tensor/shapes.h"

namespace sluice {
namespace {

/// How far apart the neighbours of each dimension lie, in floats.
std::vector<int64_t> dimension_strides(const Shape& shape, Layout layout) {
  std::vector<int64_t> strides(shape.size());
  int64_t stride = layout == Layout::lanes ? lanes() : 1;
  if (layout == Layout::lanes && shape.size() == 3) return {shape[1] * stride, stride, shape[0] * shape[1] * stride};
  for (size_t i = shape.size(); i-- > 0; stride *= shape[i]) strides[i] = stride;
  return strides;
}

int64_t start(const std::vector<int64_t>& at, const std::vector<int64_t>& strides) {
  int64_t offset = 0;
  for (size_t i = 0; i < at.size(); ++i) offset += at[i] * strides[i];
  return offset;
}

/// A move between two values that lie in one layout, for one row or one group of lanes.
struct PlacedMove {
  std::vector<CopyLoop> loops;
  int64_t from_start, to_start;
  bool sums;    ///< Whether an element of the source goes to several places.
  bool covers;  ///< Whether all elements of the source go somewhere.
};

int64_t turns(const Move& move) {
  int64_t count = 1;
  for (const Move::Loop& loop : move.loops) count *= loop.size;
  return count;
}

PlacedMove placed(const Move& move, const Shape& from, const Shape& to, Layout layout) {
  const auto from_strides = dimension_strides(from, layout), to_strides = dimension_strides(to, layout);
  std::vector<CopyLoop> loops;
  bool sums = false;
  for (const Move::Loop& loop : move.loops) {
    const bool repeats = loop.from_dimension < 0;
    sums = sums || (repeats && loop.size > 1);
    loops.push_back({loop.size, repeats ? 0 : from_strides[static_cast<size_t>(loop.from_dimension)],
                     loop.to_step * to_strides[static_cast<size_t>(loop.to_dimension)]});
  }
  if (layout == Layout::lanes) loops.push_back({lanes(), 1, 1});
  return {merged_loops(std::move(loops)), start(move.from_start, from_strides), start(move.to_start, to_strides), sums,
          turns(move) == element_count(from)};
}

int64_t outer_turns(const Step& step, Layout layout) {
  return layout == Layout::lanes ? PlanBuilder::groups(step.rows) : step.rows;
}

/// The gradient of one input from that of the result.
void build_move_backward(PlanBuilder& plan, const std::string& kernel, Value x, Value y, Buffer dy,
                         const PlacedMove& move) {
  if (!plan.needs_gradient(x)) return;
  const Buffer dx = plan.gradient_target(x);
  std::vector<CopyLoop> back = move.loops;
  for (CopyLoop& loop : back) std::swap(loop.from, loop.to);
  plan.call({.kernel = kernel + " backward",
             .reads = {dy},
             .writes = {dx},
             .by_rows = true,
             .run = [=, n = plan.extent(x), unit = plan.extent(y).unit](const Step& step) {
               if (move.sums || !move.covers) std::fill_n(step[dx], n(step), 0.0f);
               const float* from = step[dy] + move.to_start;
               float* to = step[dx] + move.from_start;
               for (int64_t i = outer_turns(step, n.layout); i > 0; --i, from += unit, to += n.unit) {
                 if (move.sums) {
                   add_back_along(move.loops, from, to);
                 } else {
                   copy_along(back, from, to);
                 }
               }
             }});
}

}  // namespace

Move identity_move(const Shape& shape) {
  Move move;
  for (size_t i = 0; i < shape.size(); ++i) {
    const int dimension = static_cast<int>(i);
    move.loops.push_back({shape[i], dimension, dimension});
  }
  return move;
}

Layout common_layout(const PlanBuilder& plan, std::span<const Value> values) {
  const bool in_lanes =
      std::all_of(values.begin(), values.end(), [&](Value value) { return plan.layout(value) == Layout::lanes; });
  return in_lanes ? Layout::lanes : Layout::rows;
}

Value build_moves(PlanBuilder& plan, const std::string& kernel, std::span<const Value> inputs, Shape shape,
                  std::span<const Move> moves, float rest) {
  const Layout layout = common_layout(plan, inputs);
  std::vector<Value> sources;
  for (Value input : inputs) sources.push_back(plan.in(layout, input));
  const Value y = plan.value(shape, layout, sources);
  const auto n = plan.extent(y);
  int64_t filled = 0;
  for (const Move& move : moves) filled += turns(move);
  if (filled < element_count(shape)) {
    plan.call(
        {.kernel = "clear", .writes = {plan.data(y)}, .by_rows = true, .run = [=, to = plan.data(y)](const Step& step) {
           std::fill_n(step[to], n(step), rest);
         }});
  }
  std::vector<PlacedMove> places;
  for (size_t i = 0; i < sources.size(); ++i) {
    const PlacedMove& move = places.emplace_back(placed(moves[i], plan.shape(sources[i]), shape, layout));
    plan.call({.kernel = kernel,
               .reads = {plan.data(sources[i])},
               .writes = {plan.data(y)},
               .by_rows = true,
               .run = [=, x = plan.data(sources[i]), to = plan.data(y),
                       unit = plan.extent(sources[i]).unit](const Step& step) {
                 const float* from = step[x] + move.from_start;
                 float* into = step[to] + move.to_start;
                 for (int64_t k = outer_turns(step, layout); k > 0; --k, from += unit, into += n.unit) {
                   copy_along(move.loops, from, into);
                 }
               }});
  }
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy) return;
    for (size_t i = 0; i < sources.size(); ++i) build_move_backward(plan, kernel, sources[i], y, dy, places[i]);
  });
  return y;
}

Value build_move(PlanBuilder& plan, const std::string& kernel, Value input, Shape shape, const Move& move, float rest) {
  return build_moves(plan, kernel, {&input, 1}, std::move(shape), {&move, 1}, rest);
}

Value build_broadcast(PlanBuilder& plan, Value input, Shape shape) {
  const Shape& given = plan.shape(input);
  if (given == shape) return input;
  const size_t added = shape.size() - given.size();
  Move move = identity_move(shape);
  for (size_t i = 0; i < shape.size(); ++i) {
    const bool repeats = i < added || given[i - added] != shape[i];
    move.loops[i].from_dimension = repeats ? -1 : static_cast<int>(i - added);
  }
  return build_move(plan, "broadcast", input, shape, move);
}

}  // namespace sluice
