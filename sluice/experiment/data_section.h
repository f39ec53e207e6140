#pragma once

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/keys.h"

namespace sluice {

/// The keys of the section.
std::span<const Key> data_keys();

/// Reads the section `data`. Throws PathError for unknown keys and wrong values; sources are checked when they are
/// loaded.
DataSection read_data_section(const Json& data);

}  // namespace sluice
