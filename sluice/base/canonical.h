#pragma once

#include "sluice/base/json.h"

namespace sluice {

/// Returns the one form that all ways to write the same value share: keys of maps in alphabetical order, reals without
/// a fraction (within 2^53) as integers. Persistent: studies are identified by it.
Json canonical(const Json& json);

}  // namespace sluice
