#include "sluice/tensor/gemm.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/gemm.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
constexpr D d;
constexpr int64_t L = HWY_LANES(float);
constexpr int64_t panel = 2 * L;                       // columns of b that are multiplied at once
constexpr int tile = HWY_LANES(float) == 16 ? 12 : 6;  // rows of a that are multiplied at once: fills the registers
constexpr int64_t depth = 256;                         // rows of b that stay in the first-level cache
constexpr int64_t block = 96;                          // rows of a that stay in the second-level cache
constexpr int64_t pack_rows = 32;                      // of b that are packed at once: a page each when transposed

int64_t PackedSize(int64_t k, int64_t n) { return (n + panel - 1) / panel * panel * k; }

void Pack(int64_t k, int64_t n, const float* HWY_RESTRICT b, int64_t row_stride, int64_t column_stride,
          float* HWY_RESTRICT packed) {
  for (int64_t first = 0; first < n; first += panel, packed += k * panel) {
    int64_t width = std::min(panel, n - first);
    const float* from = b + first * column_stride;
    if (column_stride == 1 && width == panel) {
      for (int64_t i = 0; i < k; ++i) {
        hn::StoreU(hn::LoadU(d, from + i * row_stride), d, packed + i * panel);
        hn::StoreU(hn::LoadU(d, from + i * row_stride + L), d, packed + i * panel + L);
      }
      continue;
    }
    if (width < panel) std::fill(packed, packed + k * panel, 0.0f);
    for (int64_t start = 0; start < k; start += pack_rows) {
      const int64_t end = std::min(k, start + pack_rows);
      for (int64_t j = 0; j < width; ++j) {
        for (int64_t i = start; i < end; ++i) packed[i * panel + j] = from[i * row_stride + j * column_stride];
      }
    }
  }
}

/// Keeps NaN.
HWY_INLINE V Rectified(const Gemm& g, V value) { return hn::Min(hn::Set(d, g.ceiling), hn::Max(hn::Zero(d), value)); }

/// Adds `k` products to a tile of c, which starts from zero when `first`, and finishes it when `last`.
template <int rows>
HWY_INLINE void MultiplyTile(const Gemm& g, int64_t row, int64_t column, int64_t start, int64_t k,
                             const float* HWY_RESTRICT b, bool first, bool last) {
  V low[rows], high[rows];
  int64_t width = std::min(panel, g.n - column);
  auto mask_low = hn::FirstN(d, static_cast<size_t>(std::min(width, L)));
  auto mask_high = hn::FirstN(d, static_cast<size_t>(std::max<int64_t>(width - L, 0)));
  float* HWY_RESTRICT c = g.c + row * g.c_row + column;
  const float* HWY_RESTRICT a = g.a + row * g.a_row + start * g.a_column;
  HWY_UNROLL(12)
  for (int r = 0; r < rows; ++r) {
    low[r] = high[r] = hn::Zero(d);
    if (!first) {
      low[r] = hn::MaskedLoad(mask_low, d, c + r * g.c_row);
      high[r] = hn::MaskedLoad(mask_high, d, c + r * g.c_row + L);
    }
  }
  for (int64_t i = 0; i < k; ++i, b += panel, a += g.a_column) {
    V b_low = hn::LoadU(d, b);
    V b_high = hn::LoadU(d, b + L);
    HWY_UNROLL(12)
    for (int r = 0; r < rows; ++r) {
      V value = hn::Set(d, a[r * g.a_row]);
      low[r] = hn::MulAdd(value, b_low, low[r]);
      high[r] = hn::MulAdd(value, b_high, high[r]);
    }
  }
  V bias_low = hn::Zero(d), bias_high = hn::Zero(d);
  if (last && g.bias != nullptr) {
    bias_low = hn::MaskedLoad(mask_low, d, g.bias + column);
    bias_high = hn::MaskedLoad(mask_high, d, g.bias + column + L);
  }
  HWY_UNROLL(12)
  for (int r = 0; r < rows; ++r) {
    if (last && g.bias != nullptr) low[r] = hn::Add(low[r], bias_low), high[r] = hn::Add(high[r], bias_high);
    if (last && g.relu) low[r] = Rectified(g, low[r]), high[r] = Rectified(g, high[r]);
    if (width == panel) {
      hn::StoreU(low[r], d, c + r * g.c_row);
      hn::StoreU(high[r], d, c + r * g.c_row + L);
    } else {
      hn::BlendedStore(low[r], mask_low, d, c + r * g.c_row);
      hn::BlendedStore(high[r], mask_high, d, c + r * g.c_row + L);
    }
  }
}

template <int rows>
void RemainingRows(const Gemm& g, int64_t row, int64_t column, int64_t start, int64_t k, const float* b, bool first,
                   bool last) {
  if constexpr (rows > 0) {
    if (g.m - row == rows) return MultiplyTile<rows>(g, row, column, start, k, b, first, last);
    RemainingRows<rows - 1>(g, row, column, start, k, b, first, last);
  }
}

/// Multiplies `g.m` rows of a by some rows of b.
void MultiplyRows(const Gemm& g, int64_t start, int64_t k) {
  const bool first = start == 0, last = start + depth >= g.k;
  for (int64_t column = 0; column < g.n; column += panel) {
    const float* b = g.packed_b + column * g.k + start * panel;
    int64_t row = 0;
    for (; row + tile <= g.m; row += tile) MultiplyTile<tile>(g, row, column, start, k, b, first, last);
    RemainingRows<tile - 1>(g, row, column, start, k, b, first, last);
  }
}

/// Copies a block of a whose rows are neighbours, so that what is multiplied at once lies together.
void CopyBlock(const Gemm& g, int64_t start, int64_t k, float* HWY_RESTRICT copy) {
  for (int64_t i = 0; i < k; ++i, copy += block) std::copy_n(g.a + (start + i) * g.a_column, g.m, copy);
}

void Multiply(const Gemm& g) {
  // Columns of a far apart share a few sets of the cache: read once for each panel of b, they would be fetched anew.
  const bool copies = g.a_row == 1 && g.a_column > block && g.n > 2 * panel;
  alignas(64) float copy[block * depth];
  for (int64_t start = 0; start < std::max<int64_t>(g.k, 1); start += depth) {
    const int64_t k = std::min(depth, g.k - start);
    for (int64_t row = 0; row < g.m; row += block) {
      Gemm part = g;
      part.m = std::min(block, g.m - row);
      part.a += row * g.a_row;
      part.c += row * g.c_row;
      if (copies) {
        CopyBlock(part, start, k, copy);
        part.a = copy - start * block;
        part.a_column = block;
      }
      MultiplyRows(part, start, k);
    }
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(PackedSize);
HWY_EXPORT(Pack);
HWY_EXPORT(Multiply);

int64_t packed_size(int64_t k, int64_t n) { return HWY_DYNAMIC_DISPATCH(PackedSize)(k, n); }

void pack_matrix(int64_t k, int64_t n, const float* b, int64_t row_stride, int64_t column_stride, float* packed) {
  HWY_DYNAMIC_DISPATCH(Pack)(k, n, b, row_stride, column_stride, packed);
}

void gemm(const Gemm& args) { HWY_DYNAMIC_DISPATCH(Multiply)(args); }

}  // namespace sluice
#endif
