#include "sluice/formats/tensorboard.h"

#include <bit>
#include <cstring>

#include "sluice/base/hash.h"

namespace sluice {
namespace {

static_assert(std::endian::native == std::endian::little, "event files are little-endian");

template <class T>
std::string raw(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

// Protocol buffers: a key is the field's number and its kind of value.
enum class Wire : uint32_t { varint = 0, fixed64 = 1, length = 2, fixed32 = 5 };

std::string varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7F) | 0x80);
  return bytes + static_cast<char>(value);
}

std::string key(uint32_t field, Wire wire) { return varint(field << 3 | static_cast<uint32_t>(wire)); }

std::string text_field(uint32_t field, const std::string& bytes) {
  return key(field, Wire::length) + varint(bytes.size()) + bytes;
}

// Fields of tensorflow.Event and tensorflow.Summary.Value.
std::string wall_time_field(double seconds) { return key(1, Wire::fixed64) + raw(seconds); }
std::string step_field(int64_t step) { return key(2, Wire::varint) + varint(static_cast<uint64_t>(step)); }
std::string version_field() { return text_field(3, "brain.Event:2"); }

std::string value_field(const std::string& tag, double value) {
  const std::string simple_value = key(2, Wire::fixed32) + raw(static_cast<float>(value));
  return text_field(1, text_field(1, tag) + simple_value);
}

uint32_t masked_crc(const std::string& bytes) {
  const uint32_t crc = crc32c(bytes);
  return (crc >> 15 | crc << 17) + 0xA282EAD8U;
}

std::string record(const std::string& data) {
  const std::string length = raw(static_cast<uint64_t>(data.size()));
  return length + raw(masked_crc(length)) + data + raw(masked_crc(data));
}

}  // namespace

std::string tensorboard_header(double wall_time) { return record(wall_time_field(wall_time) + version_field()); }

std::string tensorboard_scalars(double wall_time, int64_t step,
                                const std::vector<std::pair<std::string, double>>& scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars) summary += value_field(tag, value);
  return record(wall_time_field(wall_time) + step_field(step) + text_field(5, summary));
}

}  // namespace sluice
