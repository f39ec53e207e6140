#pragma once

#include <cstdint>
#include <memory>

#include "sluice/tune/executor.h"

namespace sluice {

/// Returns an executor that runs jobs on `workers` threads of this process. `runner` must outlive it.
/// Throws Error(invalid_argument) when `workers` < 1.
std::unique_ptr<Executor> make_local_executor(TrialRunner& runner, int64_t workers);

}  // namespace sluice
