#pragma once

#include <span>
#include <vector>

#include "sluice/nn/plan_builder.h"

namespace sluice {

/// Where the elements of one value go in another, dimension by dimension; dimensions leave out the batch.
///
/// The element of the result at `to_start` + Σ indexₖ · to_stepₖ in dimension to_dimensionₖ is that of the source at
/// `from_start` + indexₖ in dimension from_dimensionₖ.
struct Move {
  struct Loop {
    int64_t size;
    int from_dimension;  ///< -1: the same element at every turn.
    int to_dimension;
    int64_t to_step = 1;
  };
  std::vector<Loop> loops;
  std::vector<int64_t> from_start;  ///< One for each dimension of the source; empty: zeros.
  std::vector<int64_t> to_start;    ///< One for each dimension of the result; empty: zeros.
};

/// The move that keeps every element of `shape` in its place, to be changed.
Move identity_move(const Shape& shape);

/// Lanes when all values lie there, else rows.
Layout common_layout(const PlanBuilder& plan, std::span<const Value> values);

/// Appends a new value of `shape` that is filled from the inputs by one move for each, forward and reverse; elements
/// that none fills are `rest`. It lies in the common layout of the inputs.
Value build_moves(PlanBuilder& plan, const std::string& kernel, std::span<const Value> inputs, Shape shape,
                  std::span<const Move> moves, float rest = 0);

/// The same for one input.
Value build_move(PlanBuilder& plan, const std::string& kernel, Value input, Shape shape, const Move& move,
                 float rest = 0);

/// Repeats a value along its dimensions of size 1, and along new ones in front, up to `shape`; returns it as it is when
/// it has that shape.
Value build_broadcast(PlanBuilder& plan, Value input, Shape shape);

}  // namespace sluice
