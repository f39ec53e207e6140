#pragma once

#include <cstdint>

namespace sluice {

/// Where the random numbers of a mask come from.
struct DropoutKey {
  uint64_t seed;
  uint32_t stream;  ///< Tells the layers of a network apart.
  uint32_t step;
  uint32_t first_row = 0;  ///< What row 0 of the mask is called.
};

/// mask[rows, size] = 0 with probability `rate`, else 1 / (1 - rate); 0 <= rate < 1.
///
/// The value at (row, i) is word i / quads of the Philox block with counter {i mod quads, first_row + row, step,
/// stream} and key seed, where quads = ceil(size / 4): it depends on nothing else.
void dropout_mask(const DropoutKey& key, float rate, int64_t rows, int64_t size, float* mask);

/// Fills numbers[rows, size] from the normal distribution, within 5.8 deviations, by the Box-Muller transform of words
/// 0 and 1, and of 2 and 3, of the block that `dropout_mask` would take.
void normal_numbers(const DropoutKey& key, float mean, float deviation, int64_t rows, int64_t size, float* numbers);

}  // namespace sluice
