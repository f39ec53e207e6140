#include "sluice/params/fields.h"

namespace sluice {

std::string Bounds::text() const {
  bool has_low = std::isfinite(low);
  bool has_high = std::isfinite(high);
  auto number = [](double value) {
    return value == std::floor(value) ? Json(static_cast<int64_t>(value)).dump() : Json(value).dump();
  };
  if (has_low && has_high)
    return number(low) + (low_open ? " < x " : " <= x ") + (high_open ? "< " : "<= ") + number(high);
  if (has_low) return (low_open ? "> " : ">= ") + number(low);
  if (has_high) return (high_open ? "< " : "<= ") + number(high);
  return "";
}

void check_bounds(double value, const Bounds& bounds) {
  if (bounds.contains(value)) return;
  Json shown = value == std::floor(value) && std::abs(value) < 1e15 ? Json(static_cast<int64_t>(value)) : Json(value);
  throw invalid("expected " + bounds.text() + ", got " + shown.dump());
}

int64_t read_integer(const Json& json) {
  if (json.is_real()) {
    double value = json.as_real();
    if (value == std::floor(value) && std::abs(value) < 0x1p53) return static_cast<int64_t>(value);
  }
  return json.as_integer();
}

}  // namespace sluice
