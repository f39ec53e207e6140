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

std::string varint_field(uint32_t field, uint64_t value) { return key(field, Wire::varint) + varint(value); }
std::string double_field(uint32_t field, double value) { return key(field, Wire::fixed64) + raw(value); }

/// A google.protobuf.Value.
std::string protobuf_value(const Json& value) {
  if (value.is_null()) return varint_field(1, 0);
  if (value.is_number()) return double_field(2, value.as_real());
  if (value.is_bool()) return varint_field(4, value.as_bool() ? 1 : 0);
  return text_field(3, value.is_string() ? value.as_string() : value.dump());
}

/// A summary that only the HParams plugin reads: `content` is a tensorboard.hparams.HParamsPluginData. Its tensor is
/// one zero.
std::string hparams_event(double wall_time, const std::string& tag, const std::string& content) {
  const std::string version = varint_field(1, 0);
  const std::string plugin = text_field(1, "hparams") + text_field(2, version + content);
  const std::string shape = text_field(2, varint_field(1, 1));
  const std::string tensor = varint_field(1, 1) + text_field(2, shape) + text_field(5, raw(0.0F));
  const std::string value = text_field(1, tag) + text_field(8, tensor) + text_field(9, text_field(1, plugin));
  return wall_time_field(wall_time) + text_field(5, text_field(1, value));
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

std::string tensorboard_hparams(double wall_time, const Json& values) {
  std::string info;
  for (const auto& [name, value] : values.as_object())
    info += text_field(1, text_field(1, name) + text_field(2, protobuf_value(value)));
  info += double_field(5, wall_time);
  return record(hparams_event(wall_time, "_hparams_/session_start_info", text_field(3, info)));
}

std::string tensorboard_run_end(double wall_time, TensorboardStatus status) {
  const std::string info = varint_field(1, static_cast<uint64_t>(status)) + double_field(2, wall_time);
  return record(hparams_event(wall_time, "_hparams_/session_end_info", text_field(4, info)));
}

}  // namespace sluice
