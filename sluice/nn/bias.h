#pragma once

#include "sluice/nn/plan_builder.h"

namespace sluice {

/// Appends the gradient of a bias, one element for each of the last dimension of `shape`: the sum of dy, which lies in
/// rows. Nothing where the offset `bias` is -1.
void build_bias_backward(PlanBuilder& plan, int64_t bias, const Shape& shape, Buffer dy);

}  // namespace sluice
