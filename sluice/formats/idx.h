#pragma once

#include <string>
#include <string_view>

#include "sluice/base/files.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// Says whether the bytes begin as an IDX file does: two zero bytes, a known type, a number of dimensions.
bool is_idx(std::string_view bytes);

/// Reads an IDX file, the format of MNIST (http://yann.lecun.com/exdb/mnist), gzipped or not: uint8, int8, int16,
/// int32, float32 or float64, big endian.
///
/// name  stands for the file in messages
///
/// Throws Error(invalid_argument) when it is empty, no IDX file, cut off, or longer than its header says.
Tensor read_idx(std::string bytes, const std::string& name);

/// Reads the file; throws Error(not_found) or Error(io) as read_file does, else as above.
Tensor read_idx(const Path& path);

}  // namespace sluice
