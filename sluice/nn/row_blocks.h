#pragma once

#include <cstdint>
#include <vector>

#include "sluice/nn/plan.h"

namespace sluice {

/// What the buffers of a plan hold.
struct BufferSizes {
  std::vector<int64_t> floats;         ///< For a whole batch.
  std::vector<int64_t> floats_of_row;  ///< 0 where a buffer does not hold one thing for each row.
  std::vector<bool> in_lanes;          ///< Whether rows come in groups of `lanes()`.
};

/// Divides a plan's calls into runs that take their rows block by block, so that what one call writes still lies in a
/// cache when the next one reads it: layers of images leave the caches at the usual sizes of a batch. Calls that are
/// not by rows and need nothing of a run are moved before it; others stand alone, with all rows at once.
std::vector<RowBlocks> divide_into_row_blocks(std::vector<KernelCall>& calls, const BufferSizes& sizes, int64_t batch);

}  // namespace sluice
