#pragma once

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/keys.h"

namespace sluice {

/// The keys of the section.
std::span<const Key> search_keys();

/// Reads the section `search` (null: all defaults). Throws PathError for unknown keys, samplers and pruners that do not
/// exist (yet), and wrong values. Trials of `enqueue` take from `defaults` what they leave out; a value that is neither
/// there nor in the space is wrong.
SearchSection read_search_section(const Json& search, const Space& space, const Json& defaults);

/// Reads seconds from a number, or from a text such as 90s, 10m, 1.5h, 2d. Throws Error(invalid_argument) for anything
/// else, and unless it is above 0.
double read_duration(const Json& json);

}  // namespace sluice
