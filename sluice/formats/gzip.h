#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// Says whether the bytes begin as a gzip file does.
bool is_gzip(std::string_view bytes);

/// Inflates a gzip file (RFC 1952; one or more members); bytes that are no gzip file are returned as they are.
///
/// name  stands for the file in messages
///
/// Throws Error(invalid_argument) when the data are cut off or corrupt, followed by anything but another gzip member,
/// or inflate to more than 16 GiB.
std::string gunzip(std::string bytes, const std::string& name);

}  // namespace sluice
