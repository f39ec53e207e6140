#pragma once

#include <cstdint>

namespace sluice {

/// A table [rows, width] in which vectors are looked up.
struct EmbeddingShape {
  int64_t rows, width;
};

/// y[i] = the row indices[i] of the table; fractions are cut off, as Keras does. Returns the first position whose index
/// is not a row of the table, where it stops, or -1.
int64_t look_up(const EmbeddingShape& shape, int64_t count, const float* indices, const float* table, float* y);

/// dtable[indices[i]] += dy[i] in the order of i, from zeros. All indices must be rows of the table.
void look_up_backward(const EmbeddingShape& shape, int64_t count, const float* indices, const float* dy, float* dtable);

}  // namespace sluice
