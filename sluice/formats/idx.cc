#include "sluice/formats/idx.h"

#include <cstring>
#include <optional>

#include "sluice/base/error.h"
#include "sluice/formats/array_bytes_internal.h"
#include "sluice/formats/gzip.h"

namespace sluice {
namespace {

constexpr size_t magic_size = 4;

std::optional<DType> element_type(uint8_t code) {
  switch (code) {
    case 0x08: return DType::uint8;
    case 0x09: return DType::int8;
    case 0x0B: return DType::int16;
    case 0x0C: return DType::int32;
    case 0x0D: return DType::float32;
    case 0x0E: return DType::float64;
    default: return std::nullopt;
  }
}

uint8_t byte_at(std::string_view bytes, size_t index) { return static_cast<uint8_t>(bytes[index]); }

uint32_t big_endian(std::string_view bytes, size_t index) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | byte_at(bytes, index + i);
  return value;
}

std::string magic_text(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (char byte : bytes.substr(0, magic_size)) {
    text += digits[static_cast<uint8_t>(byte) >> 4];
    text += digits[static_cast<uint8_t>(byte) & 15];
  }
  return text;
}

void check_magic(std::string_view bytes, const std::string& name) {
  if (bytes.empty()) throw invalid(name + ": empty file, expected an IDX file");
  if (bytes.size() < magic_size) {
    throw invalid(name + ": truncated IDX file: expected a header of at least 4 bytes, found " +
                  std::to_string(bytes.size()));
  }
  if (is_idx(bytes)) return;
  throw invalid(name +
                ": not an IDX file: expected it to begin with 0000, an element type (08, 09, 0b, 0c, 0d, 0e) and a " +
                "number of dimensions, found " + magic_text(bytes));
}

Shape read_shape(std::string_view bytes, const std::string& name) {
  size_t dimensions = byte_at(bytes, 3);
  size_t header = magic_size + 4 * dimensions;
  if (bytes.size() < header) {
    throw invalid(name + ": truncated IDX file: expected a header of " + std::to_string(header) + " bytes, found " +
                  std::to_string(bytes.size()));
  }
  Shape shape;
  for (size_t i = 0; i < dimensions; ++i) shape.push_back(big_endian(bytes, magic_size + 4 * i));
  return shape;
}

void check_size(const Shape& shape, size_t element_size, size_t found, const std::string& name) {
  int64_t expected = checked_bytes(shape, element_size);
  bool truncated = expected < 0 || found < static_cast<size_t>(expected);
  if (!truncated && found == static_cast<size_t>(expected)) return;
  throw invalid(name + (truncated ? ": truncated IDX file" : ": IDX file is too long") + ": header says " +
                size_text(shape, element_size) + ", found " + std::to_string(found));
}

}  // namespace

bool is_idx(std::string_view bytes) {
  return bytes.size() >= magic_size && bytes[0] == 0 && bytes[1] == 0 && element_type(byte_at(bytes, 2)) &&
         bytes[3] != 0;
}

Tensor read_idx(std::string file, const std::string& name) {
  std::string bytes = gunzip(std::move(file), name);
  check_magic(bytes, name);
  DType dtype = *element_type(byte_at(bytes, 2));
  Shape shape = read_shape(bytes, name);
  std::string_view elements = std::string_view(bytes).substr(magic_size + 4 * shape.size());
  check_size(shape, size_of(dtype), elements.size(), name);
  Tensor tensor(dtype, shape);
  if (!elements.empty()) std::memcpy(tensor.bytes().data(), elements.data(), elements.size());
  if (size_of(dtype) > 1) swap_bytes(tensor.bytes(), size_of(dtype));
  return tensor;
}

Tensor read_idx(const Path& path) { return read_idx(read_file(path), path.string()); }

}  // namespace sluice
