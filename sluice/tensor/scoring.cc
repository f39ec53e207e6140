#include "sluice/tensor/scoring.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sluice {
namespace {

constexpr float lowest = -1e10f;

int64_t largest(const float* values, int64_t n) { return std::max_element(values, values + n) - values; }

/// Calls visit(example, vector, weight of the row, the vector's outputs).
template <class Visit>
void for_vectors(const ScoredRows& rows, const ScoredLabels& labels, const float* y, const Visit& visit) {
  for (int64_t row = 0; row < rows.count; ++row) {
    for (int64_t vector = 0; vector < labels.vectors; ++vector, y += labels.n)
      visit(rows.index[row], vector, rows.weight(row), y);
  }
}

/// The sum over rows of the share of vectors for which `is_right(example, vector, y)`, by weight.
template <class IsRight>
double sum_shares(const ScoredRows& rows, const ScoredLabels& labels, const float* y, const IsRight& is_right) {
  double total = 0;
  for_vectors(rows, labels, y, [&](int64_t example, int64_t vector, double weight, const float* values) {
    if (is_right(example, vector, values)) total += weight;
  });
  return total / static_cast<double>(labels.vectors);
}

/// Returns a copy of a vector with all but its k largest elements lowered, for use before the next call of this thread.
const float* keep_top(const float* y, int64_t n, int64_t k) {
  thread_local std::vector<int64_t> order;
  thread_local std::vector<float> kept;
  order.resize(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return y[a] > y[b]; });
  kept.assign(static_cast<size_t>(n), lowest);
  for (int64_t i = 0; i < std::min(k, n); ++i) kept[order[i]] = y[order[i]];
  return kept.data();
}

/// Whether an output counts as positive in F-scores.
bool is_positive(float y, std::optional<float> threshold, float most) {
  return threshold ? y > *threshold : y >= most && std::abs(y) > 1e-9f;
}

}  // namespace

int64_t ScoredLabels::class_number(int64_t example, int64_t vector) const {
  const int64_t at = example * vectors + vector;
  return classes != nullptr ? classes[at] : largest(values + at * n, n);
}

double count_correct(const ScoredRows& rows, const ScoredLabels& labels, const float* y) {
  return sum_shares(rows, labels, y, [&](int64_t example, int64_t vector, const float* values) {
    return largest(values, labels.n) == labels.class_number(example, vector);
  });
}

double count_in_top(int64_t k, const ScoredRows& rows, const ScoredLabels& labels, const float* y) {
  return sum_shares(rows, labels, y, [&](int64_t example, int64_t vector, const float* values) {
    const int64_t label = labels.class_number(example, vector);
    if (label < 0 || label >= labels.n || !std::isfinite(values[label])) return false;
    return std::count_if(values, values + labels.n, [&](float other) { return other > values[label]; }) < k;
  });
}

double count_correct_binary(const ScoredRows& rows, int64_t size, float threshold, const float* y,
                            const float* targets) {
  double total = 0;
  for (int64_t row = 0; row < rows.count; ++row, y += size) {
    const float* target = targets + rows.index[row] * size;
    int64_t correct = 0;
    for (int64_t i = 0; i < size; ++i) correct += target[i] == static_cast<float>(y[i] > threshold);
    total += rows.weight(row) * static_cast<double>(correct) / static_cast<double>(size);
  }
  return total;
}

int64_t ThresholdGrid::exceeded(float y) const {
  if (!even) return std::lower_bound(values.begin(), values.end(), y) - values.begin();
  const float share = y >= 1 ? 1 : y > 0 ? y : 0;
  const auto count = static_cast<int64_t>(std::ceil(share * static_cast<float>(values.size() - 1)));
  return open ? std::max<int64_t>(count, 1) : count;
}

void add_histogram(const ScoredRows& rows, const ScoredLabels& labels, const BinaryView& view,
                   const ThresholdGrid& grid, const float* y, double* sums) {
  const auto width = static_cast<int64_t>(grid.values.size()) + 1;
  const int64_t first = view.class_id.value_or(0), last = view.class_id ? first + 1 : labels.n;
  for_vectors(rows, labels, y, [&](int64_t example, int64_t vector, double weight, const float* values) {
    const float* seen = view.top_k ? keep_top(values, labels.n, *view.top_k) : values;
    for (int64_t i = first; i < last; ++i) {
      const int64_t positive = labels.value(example, vector, i) != 0;
      sums[positive * width + grid.exceeded(seen[i])] += weight;
    }
  });
}

void add_class_counts(const ScoredRows& rows, const ScoredLabels& labels, std::optional<float> threshold,
                      const float* y, double* sums) {
  for_vectors(rows, labels, y, [&](int64_t example, int64_t vector, double weight, const float* values) {
    const float most = *std::max_element(values, values + labels.n);
    for (int64_t i = 0; i < labels.n; ++i) {
      const bool positive = is_positive(values[i], threshold, most);
      const double truth = static_cast<double>(labels.value(example, vector, i));
      double* of_class = sums + 3 * i;
      of_class[0] += positive ? weight * truth : 0;
      of_class[1] += positive ? weight * (1 - truth) : 0;
      of_class[2] += positive ? 0 : weight * truth;
    }
  });
}

void add_moments(const ScoredRows& rows, const ScoredLabels& labels, const float* y, double* sums) {
  for_vectors(rows, labels, y, [&](int64_t example, int64_t vector, double weight, const float* values) {
    for (int64_t i = 0; i < labels.n; ++i) {
      const double t = static_cast<double>(labels.value(example, vector, i));
      const double error = t - static_cast<double>(values[i]);
      double* of_output = sums + 3 * i;
      of_output[0] += weight * t;
      of_output[1] += weight * t * t;
      of_output[2] += weight * error * error;
    }
  });
}

void add_confusion(const ScoredRows& rows, const ScoredLabels& labels, const float* y, double* sums) {
  for_vectors(rows, labels, y, [&](int64_t example, int64_t vector, double weight, const float* values) {
    const int64_t label = labels.class_number(example, vector);
    if (label >= 0 && label < labels.n) sums[label * labels.n + largest(values, labels.n)] += weight;
  });
}

}  // namespace sluice
