#pragma once

#include <cstddef>
#include <cstdint>

#include "sluice/base/random.h"

namespace sluice {

/// How many dimensions `sobol_bits` knows.
constexpr size_t sobol_dimensions = 32;

/// Returns coordinate `dimension` of point `index` of the Sobol sequence with the direction numbers of Joe and Kuo
/// 2008, as the 32 bits behind the point.
uint32_t sobol_bits(uint32_t index, size_t dimension);

/// Returns bits in which each is flipped or not by a random number that belongs to those before it: the scrambling of
/// Owen 1995, which keeps the even spread and makes each point uniform.
uint32_t scrambled(uint32_t bits, const Random& random);

}  // namespace sluice
