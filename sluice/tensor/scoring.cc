#include "sluice/tensor/scoring.h"

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

int64_t largest(const float* values, int64_t n) { return std::max_element(values, values + n) - values; }

}  // namespace

double squared_error(int64_t rows, int64_t size, const float* y, const float* targets, const int64_t* row_index,
                     float gradient_scale, float* dy) {
  const float factor = gradient_scale * 2 / static_cast<float>(size);
  double total = 0;
  for (int64_t row = 0; row < rows; ++row, y += size) {
    const float* target = targets + row_index[row] * size;
    double sum = 0;
    for (int64_t i = 0; i < size; ++i) {
      const float difference = y[i] - target[i];
      sum += static_cast<double>(difference) * static_cast<double>(difference);
      if (dy != nullptr) dy[row * size + i] = factor * difference;
    }
    total += sum / static_cast<double>(size);
  }
  return total;
}

double absolute_error(int64_t rows, int64_t size, const float* y, const float* targets, const int64_t* row_index) {
  double total = 0;
  for (int64_t row = 0; row < rows; ++row, y += size) {
    const float* target = targets + row_index[row] * size;
    double sum = 0;
    for (int64_t i = 0; i < size; ++i) sum += static_cast<double>(std::abs(y[i] - target[i]));
    total += sum / static_cast<double>(size);
  }
  return total;
}

int64_t count_correct(int64_t rows, int64_t classes, const float* y, const int32_t* labels, const int64_t* row_index) {
  int64_t correct = 0;
  for (int64_t row = 0; row < rows; ++row) correct += largest(y + row * classes, classes) == labels[row_index[row]];
  return correct;
}

int64_t count_correct(int64_t rows, int64_t classes, const float* y, const float* targets, const int64_t* row_index) {
  int64_t correct = 0;
  for (int64_t row = 0; row < rows; ++row) {
    correct += largest(y + row * classes, classes) == largest(targets + row_index[row] * classes, classes);
  }
  return correct;
}

double count_correct_binary(int64_t rows, int64_t size, const float* y, const float* targets,
                            const int64_t* row_index) {
  double total = 0;
  for (int64_t row = 0; row < rows; ++row, y += size) {
    const float* target = targets + row_index[row] * size;
    int64_t correct = 0;
    for (int64_t i = 0; i < size; ++i) correct += (y[i] > 0.5f) == (target[i] > 0.5f);
    total += static_cast<double>(correct) / static_cast<double>(size);
  }
  return total;
}

}  // namespace sluice
