#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sluice/base/json.h"

namespace sluice {

/// Event files as TensorBoard reads them: TFRecords (length, masked CRC-32C of it, data, masked CRC-32C of it) of
/// protocol buffers of type Event. A file begins with the header; its name holds "tfevents".

/// Returns the first record of a file. Times are seconds since 1970.
std::string tensorboard_header(double wall_time);

/// Returns a record with the scalars of a step, by tag.
std::string tensorboard_scalars(double wall_time, int64_t step,
                                const std::vector<std::pair<std::string, double>>& scalars);

/// What became of a run, as TensorBoard's HParams dashboard knows it.
enum class TensorboardStatus { unknown = 0, success = 1, failure = 2, running = 3 };

/// Returns the record with the hyperparameters of a run, by name, for the HParams dashboard. Lists and maps are shown
/// as JSON.
std::string tensorboard_hparams(double wall_time, const Json& values);
/// Returns the record that ends such a run.
std::string tensorboard_run_end(double wall_time, TensorboardStatus status);

}  // namespace sluice
