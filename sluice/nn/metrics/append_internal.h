#pragma once

#include <functional>

#include "sluice/nn/plan_builder.h"

namespace sluice {

/// Appends a call that reads the rows of a value.
void append_score(PlanBuilder& plan, std::string_view name, Value value,
                  std::function<void(const Step& step, const float* values)> score);

}  // namespace sluice
