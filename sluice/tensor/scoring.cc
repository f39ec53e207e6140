#include "sluice/tensor/scoring.h"

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

int64_t largest(const float* values, int64_t n) { return std::max_element(values, values + n) - values; }

}  // namespace

double squared_error(const ScoredRows& rows, int64_t size, const float* y, const float* targets, float gradient_scale,
                     float* dy) {
  double total = 0;
  for (int64_t row = 0; row < rows.count; ++row, y += size) {
    const float* target = targets + rows.index[row] * size;
    const double weight = rows.weight(row) / static_cast<double>(size);
    const float factor = gradient_scale * 2 * static_cast<float>(weight);
    double sum = 0;
    for (int64_t i = 0; i < size; ++i) {
      const float difference = y[i] - target[i];
      sum += static_cast<double>(difference) * static_cast<double>(difference);
      if (dy != nullptr) dy[row * size + i] = factor * difference;
    }
    total += weight * sum;
  }
  return total;
}

double absolute_error(const ScoredRows& rows, int64_t size, const float* y, const float* targets) {
  double total = 0;
  for (int64_t row = 0; row < rows.count; ++row, y += size) {
    const float* target = targets + rows.index[row] * size;
    double sum = 0;
    for (int64_t i = 0; i < size; ++i) sum += static_cast<double>(std::abs(y[i] - target[i]));
    total += sum / static_cast<double>(size);
  }
  return total;
}

double count_correct(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* y, const int32_t* labels) {
  int64_t correct = 0;
  for (int64_t row = 0; row < rows.count; ++row) {
    const int32_t* label = labels + rows.index[row] * vectors;
    for (int64_t i = 0; i < vectors; ++i, y += classes) correct += largest(y, classes) == label[i];
  }
  return static_cast<double>(correct) / static_cast<double>(vectors);
}

double count_correct(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* y, const float* targets) {
  int64_t correct = 0;
  for (int64_t row = 0; row < rows.count; ++row) {
    const float* target = targets + rows.index[row] * vectors * classes;
    for (int64_t i = 0; i < vectors; ++i, y += classes, target += classes)
      correct += largest(y, classes) == largest(target, classes);
  }
  return static_cast<double>(correct) / static_cast<double>(vectors);
}

double count_correct_binary(const ScoredRows& rows, int64_t size, float threshold, const float* y,
                            const float* targets) {
  double total = 0;
  for (int64_t row = 0; row < rows.count; ++row, y += size) {
    const float* target = targets + rows.index[row] * size;
    int64_t correct = 0;
    for (int64_t i = 0; i < size; ++i) correct += (y[i] > threshold) == (target[i] > 0.5f);
    total += static_cast<double>(correct) / static_cast<double>(size);
  }
  return total;
}

}  // namespace sluice
