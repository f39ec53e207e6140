#pragma once

#include <cstdint>
#include <optional>

#include "sluice/base/files.h"

namespace sluice::cli {

/// Bytes that this process can still take: the least of what the machine has free, the limits of its control groups and
/// its address space leave. Nothing when the system does not say. `root` stands before the paths of the system's files.
std::optional<int64_t> available_memory(const Path& root = "/");

}  // namespace sluice::cli
