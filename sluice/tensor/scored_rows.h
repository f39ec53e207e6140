#pragma once

#include <cstdint>

namespace sluice {

/// The rows of a batch, or some that follow each other in it, as losses and metrics see them.
struct ScoredRows {
  int64_t count = 0;               ///< How many.
  const int64_t* index = nullptr;  ///< The labels of row i are those of example index[i].
  const float* weights = nullptr;  ///< What an example counts; null: 1 each.
  int64_t before = 0;              ///< Rows of the batch before these, which `index` has before it.
  int64_t after = 0;               ///< Rows of the batch behind these.

  ScoredRows batch() const { return {before + count + after, index - before, weights}; }

  double weight(int64_t row) const { return weights == nullptr ? 1.0 : static_cast<double>(weights[index[row]]); }
};

/// The sum of the rows' weights.
inline double total_weight(const ScoredRows& rows) {
  double total = 0;
  for (int64_t row = 0; row < rows.count; ++row) total += rows.weight(row);
  return total;
}

}  // namespace sluice
