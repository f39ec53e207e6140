#pragma once

#include <limits>
#include <string>

namespace sluice {

/// The range of a numeric field; for a pair of sizes it holds for both.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;

  constexpr Bounds above_low() const { return {low, high, true, high_open}; }
  constexpr Bounds below_high() const { return {low, high, low_open, true}; }
  bool contains(double value) const {
    return (low_open ? value > low : value >= low) && (high_open ? value < high : value <= high);
  }
  /// Returns "" when there are none, else such as ">= 1" or "0 <= x < 1".
  std::string text() const;
};

constexpr Bounds at_least(double low) { return {.low = low}; }
constexpr Bounds above(double low) { return {.low = low, .low_open = true}; }
constexpr Bounds between(double low, double high) { return {.low = low, .high = high}; }

}  // namespace sluice
