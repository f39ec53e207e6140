#include "sluice/tensor/reorder.h"

#include <hwy/cache_control.h>

#include <algorithm>

#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

/// Asks for a row of a file's array that will be read soon: it seldom lies in a cache, as rows are shuffled.
void fetch_row(const void* row, int64_t bytes) {
  constexpr int64_t line = 64, most = 4096;  // behind which the processor itself reads ahead
  for (int64_t i = 0; i < std::min(bytes, most); i += line) hwy::Prefetch(static_cast<const char*>(row) + i);
}

/// Writes one group of rows; `row(l)` is the start of the row in lane l, for l < count.
template <int L, class T>
void interleave(const ImageShape& s, const T* const* rows, int64_t count, float scale, float offset, float* y) {
  const int64_t plane = s.height * s.width;
  for (int64_t c = 0; c < s.channels; ++c) {
    for (int64_t i = 0; i < plane; ++i, y += L) {
      const int64_t at = i * s.channels + c;
      for (int l = 0; l < L; ++l) y[l] = l < count ? static_cast<float>(rows[l][at]) * scale + offset : 0.0f;
    }
  }
}

template <int L, class T, class RowAt>
void to_lanes(const ImageShape& s, int64_t rows, const RowAt& row_at, float scale, float offset, float* y) {
  for (int64_t first = 0; first < rows; first += L, y += s.size() * L) {
    const T* row[L];
    const int64_t count = std::min<int64_t>(L, rows - first);
    for (int64_t l = 0; l < L; ++l) row[l] = row_at(first + std::min(l, count - 1));
    interleave<L>(s, row, count, scale, offset, y);
  }
}

template <class T, class RowAt>
void to_lanes(const ImageShape& s, int64_t rows, const RowAt& row_at, float scale, float offset, float* y) {
  if (lanes() == 8) return to_lanes<8, T>(s, rows, row_at, scale, offset, y);
  to_lanes<16, T>(s, rows, row_at, scale, offset, y);
}

template <int L>
void from_lanes(const ImageShape& s, int64_t rows, const float* x, float* y) {
  const int64_t plane = s.height * s.width;
  for (int64_t first = 0; first < rows; first += L, y += L * s.size()) {
    const int64_t count = std::min<int64_t>(L, rows - first);
    for (int64_t c = 0; c < s.channels; ++c) {
      for (int64_t i = 0; i < plane; ++i, x += L) {
        for (int64_t l = 0; l < count; ++l) y[l * s.size() + i * s.channels + c] = x[l];
      }
    }
  }
}

}  // namespace

void rows_to_lanes(const ImageShape& shape, int64_t rows, const float* x, float* y) {
  to_lanes<float>(shape, rows, [&](int64_t row) { return x + row * shape.size(); }, 1.0f, 0.0f, y);
}

void lanes_to_rows(const ImageShape& shape, int64_t rows, const float* x, float* y) {
  if (lanes() == 8) return from_lanes<8>(shape, rows, x, y);
  from_lanes<16>(shape, rows, x, y);
}

void fetch_rows(const Tensor& source, int64_t rows, const int64_t* row_index) {
  const auto bytes = static_cast<int64_t>(source.bytes().size()) / source.rows();
  for (int64_t row = 0; row < rows; ++row) fetch_row(source.bytes().data() + row_index[row] * bytes, bytes);
}

void gather_to_rows(const Tensor& source, int64_t row_size, int64_t rows, const int64_t* row_index, float scale,
                    float offset, float* y) {
  constexpr int64_t ahead = 4;
  visit(source, [&](const auto* values) {
    for (int64_t row = 0; row < rows; ++row, y += row_size) {
      const auto* from = values + row_index[row] * row_size;
      if (row + ahead < rows) fetch_row(values + row_index[row + ahead] * row_size, row_size * sizeof *values);
      for (int64_t i = 0; i < row_size; ++i) y[i] = static_cast<float>(from[i]) * scale + offset;
    }
  });
}

void gather_to_lanes(const Tensor& source, const ImageShape& shape, int64_t rows, const int64_t* row_index, float scale,
                     float offset, float* y) {
  visit(source, [&](const auto* values) {
    using T = std::remove_cvref_t<decltype(*values)>;
    to_lanes<T>(shape, rows, [&](int64_t row) { return values + row_index[row] * shape.size(); }, scale, offset, y);
  });
}

}  // namespace sluice
