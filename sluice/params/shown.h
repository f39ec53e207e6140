#pragma once

#include <string>

#include "sluice/base/json.h"

namespace sluice {

/// Returns a value as messages show it: one line of JSON, cut off with "…" after about 80 characters.
std::string shown(const Json& json);

}  // namespace sluice
