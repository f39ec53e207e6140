#pragma once

#include <functional>

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/scoring.h"

namespace sluice {

/// Appends a call that reads the rows of a value.
void append_score(PlanBuilder& plan, std::string_view name, Value value,
                  std::function<void(const Step& step, const float* values)> score);

/// The labels of a batch for an output of this shape.
ScoredLabels scored_labels(const Step& step, const ScoreTarget& target, const Shape& output);

}  // namespace sluice
