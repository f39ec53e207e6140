#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/tune/summary.h"

namespace sluice {

/// How much the parameters of a study matter, by two measures. A list is empty where its measure says nothing.
struct Importance {
  int64_t epochs = 0;              ///< Values are the best of so many epochs.
  int64_t trials = 0;              ///< That had so many.
  std::vector<std::string> names;  ///< Of the parameters that each of them has.
  std::vector<double> fanova;      ///< Shares of the variance; the rest belongs to several together.
  std::vector<double> ped_anova;   ///< Shares of what makes the best tenth; they add up to 1.
};

/// Trials that were cut off early are no measure beside those that were not: all are compared after as many epochs as
/// at least half of them have. Nothing when fewer than 4 trials or no parameters are left.
std::optional<Importance> importance_of(const StudySummary& study);

}  // namespace sluice
