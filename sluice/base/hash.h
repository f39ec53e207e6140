#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice {

/// CRC-32C (Castagnoli) of the bytes, as in iSCSI and TFRecord: crc32c("123456789") is 0xE3069283.
uint32_t crc32c(std::string_view bytes);

/// 128-bit XXH3 of the bytes as 32 hexadecimal digits. Identifies contents; no protection against an adversary.
std::string content_hash(std::span<const std::byte> bytes);
std::string content_hash(std::string_view text);

}  // namespace sluice
