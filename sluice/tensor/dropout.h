#pragma once

#include <cstdint>

namespace sluice {

/// Where the random numbers of a dropout mask come from.
struct DropoutKey {
  uint64_t seed;
  uint32_t stream;  ///< Tells the layers of a network apart.
  uint32_t step;
};

/// mask[rows, size] = 0 with probability `rate`, else 1 / (1 - rate); 0 <= rate < 1.
///
/// The value at (row, i) is word i / quads of the Philox block with counter {i mod quads, row, step, stream} and key
/// seed, where quads = ceil(size / 4): it depends on nothing else.
void dropout_mask(const DropoutKey& key, float rate, int64_t rows, int64_t size, float* mask);

}  // namespace sluice
