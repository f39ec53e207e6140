#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice {

/// Event files as TensorBoard reads them: TFRecords (length, masked CRC-32C of it, data, masked CRC-32C of it) of
/// protocol buffers of type Event. A file begins with the header; its name holds "tfevents".

/// Returns the first record of a file. Times are seconds since 1970.
std::string tensorboard_header(double wall_time);

/// Returns a record with the scalars of a step, by tag.
std::string tensorboard_scalars(double wall_time, int64_t step,
                                const std::vector<std::pair<std::string, double>>& scalars);

}  // namespace sluice
