#pragma once

#include <string>
#include <string_view>

#include "sluice/experiment/document.h"

namespace sluice {

/// Reads one YAML document. Plain scalars are null, booleans, integers and reals by the core schema of YAML 1.2 (1e-3
/// is a real, yes is text); quoted ones are text. Anchors and aliases work; keys are scalars and stand as text.
///
/// Throws Error(invalid_argument) "NAME:LINE:COLUMN: …" for broken syntax, a key that appears twice, a tag other than
/// !!str, a second document, nothing at all, nesting of many hundred levels, more than a million values.
Document parse_yaml(std::string_view text, const std::string& name);

/// Reads one value of a command line; "" is null. Throws Error(invalid_argument) without a position.
Json parse_yaml_value(std::string_view text);

}  // namespace sluice
