#include "sluice/base/duration.h"

#include <charconv>
#include <cmath>

namespace sluice {
namespace {

double unit_seconds(std::string_view unit) {
  constexpr double minute = 60, hour = 60 * minute, day = 24 * hour;
  if (unit.empty() || unit == "s") return 1;
  if (unit == "m") return minute;
  if (unit == "h") return hour;
  if (unit == "d") return day;
  return 0;
}

}  // namespace

std::optional<double> parse_duration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const double seconds = number * unit_seconds(text.substr(static_cast<size_t>(end - text.data())));
  if (error != std::errc() || !(seconds > 0) || !std::isfinite(seconds)) return std::nullopt;
  return seconds;
}

}  // namespace sluice
