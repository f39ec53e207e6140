#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/dropout.h"
#include "sluice/tensor/shapes.h"

namespace sluice {

/// Keras' `noise_shape`: a size for the batch and for each dimension of a row, null for the input's own size, 1 where
/// all share a draw. Nothing: each element has a draw of its own.
using NoiseShape = std::optional<std::vector<std::optional<int64_t>>>;

/// The draws of a dropout layer for rows of one shape, some of which several elements share.
class Noise {
 public:
  /// Throws Error(invalid_argument) for sizes that are neither 1 nor the input's; for the batch 1 or null is expected.
  Noise(const NoiseShape& noise, const Shape& row);

  /// Elements of a row.
  int64_t size() const { return size_; }
  /// The floats that `fill` needs for so many rows.
  int64_t scratch(int64_t rows) const { return drawn_ == size_ && !shared_ ? 0 : rows * drawn_; }

  /// mask [rows, size] = 0 with probability `rate`, else 1 / (1 - rate); see dropout_mask. A rate of 1 is all zeros.
  void fill(const DropoutKey& key, float rate, int64_t rows, float* mask, float* scratch) const;

 private:
  int64_t size_;
  int64_t drawn_;        ///< Draws of a row.
  bool shared_ = false;  ///< By all rows of the batch.
  std::vector<CopyLoop> to_row_;
};

}  // namespace sluice
