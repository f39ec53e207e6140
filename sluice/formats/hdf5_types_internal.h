#pragma once

#include <hdf5.h>

#include <optional>

#include "sluice/tensor/tensor.h"

namespace sluice {

/// Returns the type that elements of a dataset are read as: integers and reals of any byte order, 16-bit reals as
/// float32, h5py's booleans (an enumeration FALSE, TRUE). Nothing for other types.
std::optional<DType> dtype_of_hdf5(hid_t type);

/// The library's own identifier of the type in memory. Booleans count as int8.
hid_t hdf5_memory_type(DType dtype);

/// The little endian type in a file. Booleans have none of these; see make_hdf5_boolean.
hid_t hdf5_file_type(DType dtype);

/// Makes h5py's boolean type; the caller closes it.
hid_t make_hdf5_boolean();

/// The word for a type in messages, such as "compound".
const char* hdf5_class_name(hid_t type);

}  // namespace sluice
