#include "sluice/tune/sampler/sobol.h"

#include <array>
#include <bit>

namespace sluice {
namespace {

/// A primitive polynomial over bits, the highest power first, and as many numbers as its degree.
struct Direction {
  uint32_t polynomial;
  std::array<uint32_t, 7> first;
};

/// Of the dimensions behind the first one: new-joe-kuo-6.
constexpr std::array<Direction, sobol_dimensions - 1> directions{{
    {3, {1}},
    {7, {1, 3}},
    {11, {1, 3, 1}},
    {13, {1, 1, 1}},
    {19, {1, 1, 3, 3}},
    {25, {1, 3, 5, 13}},
    {37, {1, 1, 5, 5, 17}},
    {41, {1, 1, 5, 5, 5}},
    {47, {1, 1, 7, 11, 19}},
    {55, {1, 1, 5, 1, 1}},
    {59, {1, 1, 1, 3, 11}},
    {61, {1, 3, 5, 5, 31}},
    {67, {1, 3, 3, 9, 7, 49}},
    {91, {1, 1, 1, 15, 21, 21}},
    {97, {1, 3, 1, 13, 27, 49}},
    {103, {1, 1, 1, 15, 7, 5}},
    {109, {1, 3, 1, 15, 13, 25}},
    {115, {1, 1, 5, 5, 19, 61}},
    {131, {1, 3, 7, 11, 23, 15, 103}},
    {137, {1, 3, 7, 13, 13, 15, 69}},
    {143, {1, 1, 3, 13, 7, 35, 63}},
    {145, {1, 3, 5, 9, 1, 25, 53}},
    {157, {1, 3, 1, 13, 9, 35, 107}},
    {167, {1, 3, 1, 5, 27, 61, 31}},
    {171, {1, 1, 5, 11, 19, 41, 61}},
    {185, {1, 3, 5, 3, 3, 13, 69}},
    {191, {1, 1, 7, 13, 1, 19, 1}},
    {193, {1, 3, 7, 5, 13, 19, 59}},
    {203, {1, 1, 3, 9, 25, 29, 41}},
    {211, {1, 3, 5, 13, 23, 1, 55}},
    {213, {1, 3, 7, 3, 13, 59, 17}},
}};

constexpr size_t bit_count = 32;

/// What each bit of an index adds to a coordinate.
std::array<uint32_t, bit_count> matrix_of(size_t dimension) {
  std::array<uint32_t, bit_count> columns;
  for (size_t j = 0; j < bit_count; ++j) columns[j] = 1U << (bit_count - 1 - j);
  if (dimension == 0) return columns;
  const auto& [polynomial, first] = directions[dimension - 1];
  const auto degree = static_cast<size_t>(std::bit_width(polynomial)) - 1;
  for (size_t j = 0; j < degree; ++j) columns[j] *= first[j];
  for (size_t j = degree; j < bit_count; ++j) {
    columns[j] = columns[j - degree] ^ (columns[j - degree] >> degree);
    for (size_t k = 1; k < degree; ++k) {
      if ((polynomial >> (degree - k) & 1) != 0) columns[j] ^= columns[j - k];
    }
  }
  return columns;
}

}  // namespace

uint32_t sobol_bits(uint32_t index, size_t dimension) {
  const auto columns = matrix_of(dimension);
  uint32_t bits = 0;
  for (size_t j = 0; j < bit_count; ++j) {
    if ((index >> j & 1) != 0) bits ^= columns[j];
  }
  return bits;
}

uint32_t scrambled(uint32_t bits, const Random& random) {
  uint32_t flips = 0;
  for (size_t level = 0; level < bit_count; ++level) {
    const uint64_t before = (uint64_t{1} << level) | (uint64_t{bits} >> (bit_count - level));
    flips |= static_cast<uint32_t>(random.bits(before) & 1) << (bit_count - 1 - level);
  }
  return bits ^ flips;
}

}  // namespace sluice
