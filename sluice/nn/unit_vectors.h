#pragma once

#include "sluice/nn/plan_builder.h"

namespace sluice {

/// Appends, forward and reverse: the vectors in the last `dimensions` of a value in rows brought to length 1; those
/// shorter than 1 / `largest_factor` are multiplied by it.
Value build_unit_vectors(PlanBuilder& plan, Value x, size_t dimensions, float largest_factor);

}  // namespace sluice
