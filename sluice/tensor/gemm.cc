#include "sluice/tensor/gemm.h"

#include <algorithm>
#include <array>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/gemm.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "sluice/tensor/matrix_tiles-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
constexpr int64_t depth = 256;     // rows of b that stay in the first-level cache
constexpr int64_t block = 96;      // rows of a that stay in the second-level cache
constexpr int64_t pack_rows = 32;  // of b that are packed at once: a page each when transposed

int64_t PackedSize(int64_t k, int64_t n) { return PanelWidths(n) * k; }

/// Packs a panel whose rows lie together.
HWY_INLINE void PackRows(int64_t k, const float* HWY_RESTRICT b, int64_t row_stride, int64_t vectors,
                         float* HWY_RESTRICT packed) {
  for (int64_t i = 0; i < k; ++i) {
    for (int64_t v = 0; v < vectors; ++v) hn::StoreU(hn::LoadU(d, b + i * row_stride + v * L), d, packed + v * L);
    packed += vectors * L;
  }
}

/// Packs a panel of any strides; behind `valid` columns are zeros.
void PackElements(int64_t k, const float* HWY_RESTRICT b, int64_t row_stride, int64_t column_stride, int64_t valid,
                  int64_t width, float* HWY_RESTRICT packed) {
  if (valid < width) std::fill(packed, packed + k * width, 0.0f);
  for (int64_t start = 0; start < k; start += pack_rows) {
    const int64_t end = std::min(k, start + pack_rows);
    for (int64_t j = 0; j < valid; ++j) {
      for (int64_t i = start; i < end; ++i) packed[i * width + j] = b[i * row_stride + j * column_stride];
    }
  }
}

void Pack(int64_t k, int64_t n, const float* b, int64_t row_stride, int64_t column_stride, float* packed) {
  ForEachPanel(n, [&](int64_t first, int64_t vectors, int64_t valid) HWY_ATTR {
    const float* from = b + first * column_stride;
    float* to = packed + first * k;
    if (column_stride == 1 && valid == vectors * L) {
      PackRows(k, from, row_stride, vectors, to);
    } else {
      PackElements(k, from, row_stride, column_stride, valid, vectors * L, to);
    }
  });
}

/// A tile of c in a panel, and some of the depth.
struct TilePart {
  int64_t row, column, valid;
  int64_t start, k;
  bool first, last;  ///< Whether the sums start from zero; whether they are finished.
};

template <int rows, int vectors>
HWY_INLINE void Finish(const Gemm& g, const TilePart& part, V (&sum)[rows][vectors]) {
  V bias[vectors];
  if (g.bias != nullptr) LoadRow<vectors>(g.bias + part.column, part.valid, bias);
  HWY_UNROLL(12)
  for (int r = 0; r < rows; ++r) {
    HWY_UNROLL(2)
    for (int i = 0; i < vectors; ++i) {
      if (g.bias != nullptr) sum[r][i] = hn::Add(sum[r][i], bias[i]);
      // Keeps NaN.
      if (g.relu) sum[r][i] = hn::Min(hn::Set(d, g.ceiling), hn::Max(hn::Zero(d), sum[r][i]));
    }
  }
}

template <int rows, int vectors>
void MultiplyTile(const Gemm& g, const TilePart& part, const float* b) {
  V sum[rows][vectors];
  float* c = g.c + part.row * g.c_row + part.column;
  LoadTile(c, part.valid, g.c_row, part.first, sum);
  AddProducts<rows, vectors>(part.k, g.a + part.row * g.a_row + part.start * g.a_column, g.a_row, g.a_column, b, sum);
  if (part.last) Finish<rows, vectors>(g, part, sum);
  StoreTile(sum, part.valid, g.c_row, c);
}

using TileFunction = void (*)(const Gemm&, const TilePart&, const float*);

template <int vectors, int... rows>
constexpr auto TilesOf(std::integer_sequence<int, rows...>) {
  return std::array<TileFunction, sizeof...(rows)>{MultiplyTile<rows + 1, vectors>...};
}
constexpr auto single_tiles = TilesOf<1>(std::make_integer_sequence<int, TileRows(1)>());
constexpr auto double_tiles = TilesOf<2>(std::make_integer_sequence<int, TileRows(2)>());

TileFunction TileFor(int64_t vectors, int64_t rows) {
  return vectors == 1 ? single_tiles[static_cast<size_t>(rows - 1)] : double_tiles[static_cast<size_t>(rows - 1)];
}

/// Multiplies `g.m` rows of a by some rows of b.
void MultiplyRows(const Gemm& g, int64_t start, int64_t k) {
  const bool first = start == 0, last = start + depth >= g.k;
  ForEachPanel(g.n, [&](int64_t column, int64_t vectors, int64_t valid) HWY_ATTR {
    const float* b = g.packed_b + column * g.k + start * vectors * L;
    const int64_t tile = TileRows(vectors);
    for (int64_t row = 0; row < g.m; row += tile) {
      TileFor(vectors, std::min(tile, g.m - row))(g, {row, column, valid, start, k, first, last}, b);
    }
  });
}

/// Copies a block of a whose rows are neighbours, so that what is multiplied at once lies together.
void CopyBlock(const Gemm& g, int64_t start, int64_t k, float* HWY_RESTRICT copy) {
  for (int64_t i = 0; i < k; ++i, copy += block) std::copy_n(g.a + (start + i) * g.a_column, g.m, copy);
}

void Multiply(const Gemm& g) {
  // Columns of a far apart share a few sets of the cache: read once for each panel of b, they would be fetched anew.
  const bool copies = g.a_row == 1 && g.a_column > block && g.n > 4 * L;
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
