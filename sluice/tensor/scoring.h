#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sluice/tensor/scored_rows.h"

namespace sluice {

/// Labels of rows that have `vectors` vectors of `n` outputs each: class numbers [examples, vectors], or values
/// [examples, vectors, n]. The other pointer is null.
struct ScoredLabels {
  int64_t vectors = 1;
  int64_t n = 1;
  const int32_t* classes = nullptr;
  const float* values = nullptr;

  /// What output i should be: class numbers are one-hot.
  float value(int64_t example, int64_t vector, int64_t i) const {
    const int64_t at = example * vectors + vector;
    return classes != nullptr ? static_cast<float>(classes[at] == i) : values[at * n + i];
  }
  /// The class number, or where the largest value is (the first, when tied).
  int64_t class_number(int64_t example, int64_t vector) const;
};

/// The functions below take outputs y [rows, vectors, n]. Those that return a number sum over the rows the mean of the
/// row, by weight; those with `sums` add to these.

/// Share of vectors that have their largest element (the first, when tied) at their label.
double count_correct(const ScoredRows& rows, const ScoredLabels& labels, const float* y);

/// Share of vectors in which fewer than k elements are larger than that at the label.
double count_in_top(int64_t k, const ScoredRows& rows, const ScoredLabels& labels, const float* y);

/// Share of elements whose target is what y > threshold says: 1 or 0.
double count_correct_binary(const ScoredRows& rows, int64_t size, float threshold, const float* y,
                            const float* targets);

/// Thresholds of outputs in rising order.
struct ThresholdGrid {
  std::vector<float> values;
  bool even = false;  ///< At 0, 1/(n-1), …, 1: found by multiplication, as Keras does, instead of by comparison.
  bool open = false;  ///< The first is just below 0, the last just above 1.

  /// How many of them an output exceeds.
  int64_t exceeded(float y) const;
};

/// Which outputs are looked at one by one.
struct BinaryView {
  std::optional<int64_t> top_k;     ///< All but the k largest of a vector (the first, when tied) are lowered to -1e10.
  std::optional<int64_t> class_id;  ///< Only this element of each vector counts.
};

/// Adds to sums [2, thresholds + 1] the weight of elements by whether their label is not zero, and by the number of
/// thresholds that they exceed.
void add_histogram(const ScoredRows& rows, const ScoredLabels& labels, const BinaryView& view,
                   const ThresholdGrid& grid, const float* y, double* sums);

/// Adds to sums [n, 3], for each of the n outputs, the weights of true positives, false positives and false negatives.
/// Positive are outputs above the threshold, without one the largest of a vector. Labels may be fractions.
void add_class_counts(const ScoredRows& rows, const ScoredLabels& labels, std::optional<float> threshold,
                      const float* y, double* sums);

/// Adds to sums [n, 3], for each of the n outputs, the weighted sums of t, t² and (t - y)².
void add_moments(const ScoredRows& rows, const ScoredLabels& labels, const float* y, double* sums);

/// Adds to sums [n, n] the weights of vectors by label and largest output. Labels that are no class are left out.
void add_confusion(const ScoredRows& rows, const ScoredLabels& labels, const float* y, double* sums);

}  // namespace sluice
