#pragma once

#include "sluice/base/error.h"

namespace sluice::cli {

/// The exit code for an error. Persistent: scripts look at it.
int exit_code(ErrorCode code);

}  // namespace sluice::cli
