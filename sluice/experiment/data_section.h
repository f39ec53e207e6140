#pragma once

#include "sluice/experiment/experiment.h"

namespace sluice {

/// Reads the section `data`. Throws PathError for unknown keys and wrong values; sources are checked when they are
/// loaded.
DataSection read_data_section(const Json& data);

}  // namespace sluice
