#include "sluice/params/bounds.h"

#include <cmath>

#include "sluice/base/json.h"

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

}  // namespace sluice
