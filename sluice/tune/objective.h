#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// What a study looks for: the largest or the smallest value of one metric.
struct Objective {
  std::string metric = "val_loss";
  bool maximize = false;

  /// Reads "min METRIC" or "max METRIC". Throws Error(invalid_argument) for anything else.
  static Objective parse(std::string_view text);
  /// Writes what `parse` reads.
  std::string text() const;

  /// True when `value` is strictly better than `other`.
  bool better(double value, double other) const { return maximize ? value > other : value < other; }
};

}  // namespace sluice
