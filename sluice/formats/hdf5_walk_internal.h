#pragma once

#include <string_view>

#include "sluice/formats/hdf5_contents_internal.h"

namespace sluice {

/// Reads everything in the bytes of an HDF5 file with the HDF5 library; what is wrong with a part is written in its
/// place. The caller holds an Hdf5Lock.
///
/// most  bytes that all datasets may have together; those beyond are faults
void walk_hdf5(std::string_view bytes, int64_t most, Hdf5ContentsWriter& contents);

}  // namespace sluice
