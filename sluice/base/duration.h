#pragma once

#include <optional>
#include <string_view>

namespace sluice {

/// Reads a time such as "90s", "10m", "1.5h", "2d" or, in seconds, "90"; returns seconds, or nothing unless the text is
/// one that is above 0 and finite.
std::optional<double> parse_duration(std::string_view text);

}  // namespace sluice
