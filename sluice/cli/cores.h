#pragma once

#include <cstdint>

namespace sluice::cli {

/// Cores that this process may run on, at least 1.
int64_t usable_cores();

}  // namespace sluice::cli
