#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// Arrays by name, in an order that means something to whoever wrote them.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// Reads NumPy's `.npz` (a zip file of `NAME.npy` members, stored or deflated), in the order of the file.
///
/// name  stands for the file in messages
/// only  the arrays to read, in the order to return them; empty: all
///
/// Throws Error(invalid_argument) when it is no such file, holds anything but `.npy` members, an array in `only` is
/// missing, or read_npy refuses one.
NamedTensors read_npz(std::string bytes, const std::string& name, std::span<const std::string> only = {});

/// What an `.npz` file holds.
struct NpzContents {
  NamedTensors arrays;
  std::vector<std::pair<std::string, std::string>> others;  ///< Names of arrays of what is no number, and a message.
};

/// Reads all arrays as above; those of texts, objects and the like are only named.
NpzContents read_npz_numbers(std::string bytes, const std::string& name);

/// Reads the file; throws Error(not_found) or Error(io) as read_file does, else as above.
NamedTensors read_npz(const Path& path, std::span<const std::string> only = {});

/// Returns a file as numpy.savez writes it: stored, in the given order. The same arrays give the same bytes.
/// Throws Error(internal) when two arrays have one name.
std::string write_npz(const NamedTensors& arrays);

}  // namespace sluice
