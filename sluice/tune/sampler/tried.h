#pragma once

#include <vector>

#include "sluice/tune/axes.h"
#include "sluice/tune/trial_view.h"

namespace sluice {

/// Returns whether a trial has this point already, in a space where that can happen: none of its axes is a line.
bool was_tried(const Axes& axes, const Point& point, const std::vector<TrialView>& trials);

}  // namespace sluice
