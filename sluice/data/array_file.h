#pragma once

#include <string>

#include "sluice/base/files.h"
#include "sluice/formats/npz.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// What a file of arrays holds.
struct ArrayFile {
  /// One unnamed array for IDX and `.npy`; any number of named ones for `.npz`.
  NamedTensors arrays;
  bool is_npz = false;
  /// Arrays of an `.npz` that hold no numbers, and the message for one who wants them.
  std::vector<std::pair<std::string, std::string>> others = {};
};

/// Reads a file of arrays by its content, whatever its name: IDX and `.npy` (gzipped or not), `.npz`.
///
/// Throws Error(invalid_argument) for a folder or another content, naming what is supported; else as the readers do.
ArrayFile read_array_file(const Path& path);

/// As above, for a place where one array is expected; an `.npz` file is refused.
Tensor read_single_array(const Path& path);

/// Says which data can be read, for error messages.
std::string supported_data();

}  // namespace sluice
