#pragma once

#include <cstdint>

#include "sluice/tensor/tensor.h"

namespace sluice {

/// An image's sizes; a vector of n features is {1, 1, n}.
struct ImageShape {
  int64_t height, width, channels;
  int64_t size() const { return height * width * channels; }
};

/// x [rows, height, width, channels] → y [groups, channels, height, width, lanes], where groups hold `lanes()` rows;
/// lanes behind the last row become zero.
void rows_to_lanes(const ImageShape& shape, int64_t rows, const float* x, float* y);

/// The way back; lanes behind the last row are left out.
void lanes_to_rows(const ImageShape& shape, int64_t rows, const float* x, float* y);

/// Brings rows near that will be gathered soon: shuffled ones seldom lie in a cache.
void fetch_rows(const Tensor& source, int64_t rows, const int64_t* row_index);

/// y[i] = row row_index[i] of `source`, whatever its element type, as float32 · scale + offset, in rows.
void gather_to_rows(const Tensor& source, int64_t row_size, int64_t rows, const int64_t* row_index, float scale,
                    float offset, float* y);

/// The same into lanes.
void gather_to_lanes(const Tensor& source, const ImageShape& shape, int64_t rows, const int64_t* row_index, float scale,
                     float offset, float* y);

}  // namespace sluice
