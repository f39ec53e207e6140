#pragma once

#include <cstdint>
#include <string>

namespace sluice::cli {

/// Reads a whole number of at least `low`. Throws Error(invalid_argument) naming the flag.
int64_t read_integer_value(const std::string& flag, const std::string& text, int64_t low);

/// Reads an unsigned 64-bit number. Throws Error(invalid_argument) naming the flag.
uint64_t read_seed_value(const std::string& flag, const std::string& text);

/// Reads a finite number. Throws Error(invalid_argument) naming the flag.
double read_real_value(const std::string& flag, const std::string& text);

/// Reads a time above zero such as 90, 90s, 1.5m, 2h or 1d, in seconds. Throws Error(invalid_argument) naming the flag.
double read_duration_value(const std::string& flag, const std::string& text);

}  // namespace sluice::cli
