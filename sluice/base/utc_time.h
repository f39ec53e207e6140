#pragma once

#include <string>

namespace sluice {

/// Returns the time of the clock in UTC; `format` as strftime takes it, for texts of up to 31 bytes.
std::string utc_now(const char* format);

}  // namespace sluice
