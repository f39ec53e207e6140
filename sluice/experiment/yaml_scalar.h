#pragma once

#include <string>

#include "sluice/base/json.h"

namespace sluice {

/// Returns what a plain scalar means by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema).
/// Integers beyond 64 bits become reals.
Json resolve_scalar(const std::string& text);

}  // namespace sluice
