#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "sluice/tensor/tensor.h"

namespace sluice {

/// Returns the bytes that elements of `element_size` need, or nothing sensible to hold: -1 when that overflows 2^62.
int64_t checked_bytes(const Shape& shape, size_t element_size);

/// Reverses the bytes of each element in place.
void swap_bytes(std::span<std::byte> bytes, size_t element_size);

/// Writes such as "60000 x 28 x 28 x 4 = 188160000 bytes"; elements of one byte leave the last factor out.
std::string size_text(const Shape& shape, size_t element_size);

}  // namespace sluice
