#include "sluice/nn/noise.h"

#include <algorithm>

#include "sluice/nn/axes.h"

namespace sluice {
namespace {

[[noreturn]] void refuse(int64_t size, const std::string& expected) {
  throw invalid("noise_shape: expected " + expected + ", got " + std::to_string(size));
}

/// The sizes behind the batch.
Shape drawn_shape(const std::vector<std::optional<int64_t>>& noise, const Shape& row) {
  if (noise.size() != row.size() + 1) {
    throw invalid("noise_shape: expected " + std::to_string(row.size() + 1) + " sizes for rows of " + to_string(row) +
                  ", the first for the batch, got " + std::to_string(noise.size()));
  }
  Shape drawn = row;
  for (size_t i = 0; i < row.size(); ++i) {
    drawn[i] = noise[i + 1].value_or(row[i]);
    if (drawn[i] != 1 && drawn[i] != row[i]) refuse(drawn[i], "null, 1 or " + std::to_string(row[i]));
  }
  return drawn;
}

}  // namespace

Noise::Noise(const NoiseShape& noise, const Shape& row) : size_(element_count(row)), drawn_(size_) {
  if (!noise) return;
  const Shape drawn = drawn_shape(*noise, row);
  shared_ = noise->front().has_value();
  if (shared_ && *noise->front() != 1) refuse(*noise->front(), "null or 1 for the batch");
  drawn_ = element_count(drawn);
  to_row_ = broadcast_loops(drawn, row);
}

void Noise::fill(const DropoutKey& key, float rate, int64_t rows, float* mask, float* scratch) const {
  if (rate == 1) {
    std::fill_n(mask, rows * size_, 0.0f);
    return;
  }
  if (drawn_ == size_ && !shared_) return dropout_mask(key, rate, rows, size_, mask);
  DropoutKey first = key;
  if (shared_) first.first_row = 0;
  dropout_mask(first, rate, shared_ ? 1 : rows, drawn_, scratch);
  for (int64_t row = 0; row < rows; ++row)
    copy_along(to_row_, scratch + (shared_ ? 0 : row * drawn_), mask + row * size_);
}

}  // namespace sluice
