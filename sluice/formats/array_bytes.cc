#include <algorithm>

#include "sluice/formats/array_bytes_internal.h"

namespace sluice {

int64_t checked_bytes(const Shape& shape, size_t element_size) {
  constexpr int64_t largest = int64_t{1} << 62;
  auto bytes = static_cast<int64_t>(element_size);
  bool zero = std::find(shape.begin(), shape.end(), 0) != shape.end();
  for (int64_t size : shape) {
    if (size > 0 && bytes > largest / size) return -1;
    bytes *= std::max<int64_t>(size, 1);
  }
  return zero ? 0 : bytes;
}

void swap_bytes(std::span<std::byte> bytes, size_t element_size) {
  for (size_t first = 0; first + element_size <= bytes.size(); first += element_size) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(first),
                 bytes.begin() + static_cast<std::ptrdiff_t>(first + element_size));
  }
}

std::string size_text(const Shape& shape, size_t element_size) {
  std::string text;
  for (int64_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  if (element_size > 1 || text.empty()) text += (text.empty() ? "" : " x ") + std::to_string(element_size);
  int64_t bytes = checked_bytes(shape, element_size);
  return text + (bytes < 0 ? " bytes" : " = " + std::to_string(bytes) + " bytes");
}

}  // namespace sluice
