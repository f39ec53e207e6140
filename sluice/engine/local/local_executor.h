#pragma once

#include <cstdint>
#include <memory>

#include "sluice/tune/executor.h"

namespace sluice {

/// Returns an executor that runs jobs on up to `workers` threads of this process, each started when there is a job for
/// it. Where the system refuses a thread, those there are do the work; `submit` throws Error(io) when there is none.
/// `runner` must outlive it. Throws Error(invalid_argument) when `workers` < 1.
std::unique_ptr<Executor> make_local_executor(TrialRunner& runner, int64_t workers);

}  // namespace sluice
