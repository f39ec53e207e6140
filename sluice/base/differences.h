#pragma once

#include <string>

#include "sluice/base/json.h"

namespace sluice {

/// Names the places where two values differ, with both values where they are short enough to read:
/// "fit.epochs (5 there, 6 here), layers". Maps and lists of the same length are compared in depth; where that gives
/// many places, only the outermost keys are named. Empty where nothing differs.
std::string differences(const Json& there, const Json& here);

}  // namespace sluice
