#include "sluice/tensor/gemm.h"

#include <algorithm>

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
constexpr int64_t line = 16;       // floats of a line of the cache
constexpr int64_t stretch = 32;    // rows of b that are multiplied between two fetches
constexpr int64_t pack_rows = 32;  // of b that are packed at once: a page each when transposed

int64_t PackedSize(int64_t k, int64_t n) { return PanelWidths(n) * k; }

/// Packs a panel whose rows lie together.
HWY_INLINE void PackRows(int64_t k, const float* HWY_RESTRICT b, int64_t row_stride, int64_t vectors, int64_t valid,
                         float* HWY_RESTRICT packed) {
  const int64_t whole = valid / L;
  const auto rest = MaskOf(valid - whole * L);
  for (int64_t i = 0; i < k; ++i, b += row_stride, packed += vectors * L) {
    for (int64_t v = 0; v < whole; ++v) hn::StoreU(hn::LoadU(d, b + v * L), d, packed + v * L);
    if (whole < vectors) hn::StoreU(hn::MaskedLoad(rest, d, b + whole * L), d, packed + whole * L);
  }
}

/// Packs elements one by one.
void PackElements(int64_t k, const float* HWY_RESTRICT b, int64_t row_stride, int64_t column_stride, int64_t columns,
                  int64_t width, float* HWY_RESTRICT packed) {
  for (int64_t j = 0; j < columns; ++j) {
    for (int64_t i = 0; i < k; ++i) packed[i * width + j] = b[i * row_stride + j * column_stride];
  }
}

/// Stores the fours of a vector, the n-th at to[n * stride].
template <class DV, class VV>
HWY_INLINE void StoreFours(DV dv, VV fours, int64_t stride, float* to) {
  if constexpr (hn::MaxLanes(DV()) == 4) {
    hn::StoreU(fours, dv, to);
  } else {
    const hn::Half<DV> half;
    StoreFours(half, hn::LowerHalf(half, fours), stride, to);
    StoreFours(half, hn::UpperHalf(half, fours), stride, to + hn::MaxLanes(DV()) / 8 * stride);
  }
}

/// Packs a vector of rows of four columns, each of which lies together.
HWY_INLINE void PackFourColumns(const float* b, int64_t column_stride, int64_t width, float* packed) {
  const V first = hn::LoadU(d, b), second = hn::LoadU(d, b + column_stride);
  const V third = hn::LoadU(d, b + 2 * column_stride), fourth = hn::LoadU(d, b + 3 * column_stride);
  const V low_13 = hn::InterleaveLower(d, first, third), high_13 = hn::InterleaveUpper(d, first, third);
  const V low_24 = hn::InterleaveLower(d, second, fourth), high_24 = hn::InterleaveUpper(d, second, fourth);
  StoreFours(d, hn::InterleaveLower(d, low_13, low_24), 4 * width, packed);
  StoreFours(d, hn::InterleaveUpper(d, low_13, low_24), 4 * width, packed + width);
  StoreFours(d, hn::InterleaveLower(d, high_13, high_24), 4 * width, packed + 2 * width);
  StoreFours(d, hn::InterleaveUpper(d, high_13, high_24), 4 * width, packed + 3 * width);
}

/// Packs a panel whose columns lie together, at most `pack_rows` rows of it.
void PackColumns(int64_t k, const float* HWY_RESTRICT b, int64_t column_stride, int64_t columns, int64_t width,
                 float* HWY_RESTRICT packed) {
  const int64_t rows = k / L * L;
  int64_t j = 0;
  for (; j + 4 <= columns; j += 4) {
    for (int64_t i = 0; i < rows; i += L)
      PackFourColumns(b + i + j * column_stride, column_stride, width, packed + i * width + j);
  }
  PackElements(rows, b + j * column_stride, 1, column_stride, columns - j, width, packed + j);
  PackElements(k - rows, b + rows, 1, column_stride, columns, width, packed + rows * width);
}

/// Packs `k` rows of a panel; behind `valid` columns are zeros.
void PackPanel(int64_t k, const float* b, int64_t row_stride, int64_t column_stride, int64_t vectors, int64_t valid,
               float* packed) {
  const int64_t width = vectors * L;
  if (column_stride == 1) return PackRows(k, b, row_stride, vectors, valid, packed);
  if (valid < width) std::fill(packed, packed + k * width, 0.0f);
  for (int64_t start = 0; start < k; start += pack_rows, b += pack_rows * row_stride, packed += pack_rows * width) {
    const int64_t rows = std::min(pack_rows, k - start);
    if (row_stride == 1) {
      PackColumns(rows, b, column_stride, valid, width, packed);
    } else {
      PackElements(rows, b, row_stride, column_stride, valid, width, packed);
    }
  }
}

void Pack(int64_t k, int64_t n, const float* b, int64_t row_stride, int64_t column_stride, float* packed) {
  ForEachPanel(n, [&](int64_t first, int64_t vectors, int64_t valid) HWY_ATTR {
    PackPanel(k, b + first * column_stride, row_stride, column_stride, vectors, valid, packed + first * k);
  });
}

/// The panel of b that is packed next, to be fetched while this one is multiplied: its rows lie far apart, so that the
/// processor does not foresee them.
class NextPanel {
 public:
  NextPanel() = default;
  /// `tiles`: of the present panel, by which the fetches are spread.
  NextPanel(const Gemm& g, int64_t start, int64_t k, int64_t column, int64_t tiles) {
    const int64_t columns = std::min(g.n - column, 2 * L);
    if (columns <= 0 || (g.b_row != 1 && g.b_column != 1)) return;
    const bool by_rows = g.b_column == 1;
    at_ = g.b + start * g.b_row + column * g.b_column;
    stride_ = by_rows ? g.b_row : g.b_column;
    lines_ = ((by_rows ? columns : k) + line - 1) / line;
    left_ = by_rows ? k : columns;
    const int64_t turns = std::max<int64_t>(tiles * ((k + stretch - 1) / stretch), 1);
    at_once_ = (left_ + turns - 1) / turns;
  }

  void FetchSome() {
    const int64_t count = std::min(at_once_, left_);
    left_ -= count;
    for (int64_t i = 0; i < count; ++i, at_ += stride_) {
      for (int64_t n = 0; n < lines_; ++n) hwy::Prefetch(at_ + n * line);
    }
  }

 private:
  const float* at_ = nullptr;
  int64_t stride_ = 0, lines_ = 0;  // from one row or column to the next; of each
  int64_t left_ = 0, at_once_ = 0;  // rows or columns
};

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
struct MultiplyTile {
  static void Run(const Gemm& g, const TilePart& part, NextPanel& next, const float* b) {
    V sum[rows][vectors];
    float* c = g.c + part.row * g.c_row + part.column;
    if (part.first) FetchTile<rows, vectors>(g.c_row, c);
    LoadTile(c, part.valid, g.c_row, part.first, sum);
    const float* HWY_RESTRICT a = g.a + part.row * g.a_row + part.start * g.a_column;
    for (int64_t k = 0; k < part.k; k += stretch) {
      next.FetchSome();
      AddProducts<rows, vectors>(std::min(stretch, part.k - k), a + k * g.a_column, g.a_row, g.a_column,
                                 b + k * vectors * L, sum);
    }
    if (part.last) Finish<rows, vectors>(g, part, sum);
    StoreTile(sum, part.valid, g.c_row, c);
  }
};

/// The same with a panel that is whole and lies in b, and which it packs on the way: its multiplications hide that.
template <int rows, int vectors>
struct PackingTile {
  static void Run(const Gemm& g, const TilePart& part, NextPanel&, float* packed) {
    V sum[rows][vectors];
    float* c = g.c + part.row * g.c_row + part.column;
    LoadTile(c, part.valid, g.c_row, part.first, sum);
    const float* HWY_RESTRICT a = g.a + part.row * g.a_row + part.start * g.a_column;
    const float* HWY_RESTRICT b = g.b + part.start * g.b_row + part.column;
    for (int64_t k = 0; k < part.k; ++k, a += g.a_column, b += g.b_row) {
      float* HWY_RESTRICT to = packed + k * vectors * L;
      HWY_UNROLL(2)
      for (int i = 0; i < vectors; ++i) hn::StoreU(hn::LoadU(d, b + i * L), d, to + i * L);
      AddProducts<rows, vectors>(1, a, g.a_row, 0, b, sum);
    }
    if (part.last) Finish<rows, vectors>(g, part, sum);
    StoreTile(sum, part.valid, g.c_row, c);
  }
};

/// Multiplies `g.m` rows of a by some rows of b.
void MultiplyRows(const Gemm& g, int64_t start, int64_t k) {
  const bool first = start == 0, last = start + depth >= g.k;
  alignas(64) float panel[depth * 2 * L];
  ForEachPanel(g.n, [&](int64_t column, int64_t vectors, int64_t valid) HWY_ATTR {
    const bool packs = g.packed_b == nullptr, on_the_way = packs && g.b_column == 1 && valid == vectors * L;
    if (packs && !on_the_way)
      PackPanel(k, g.b + start * g.b_row + column * g.b_column, g.b_row, g.b_column, vectors, valid, panel);
    const float* b = packs ? panel : g.packed_b + column * g.k + start * vectors * L;
    NextPanel next;
    if (packs) next = NextPanel(g, start, k, column + 2 * L, g.m / TileRows(vectors));
    ForEachPart(g.m, TileRows(vectors), [&](int64_t row, int64_t rows) HWY_ATTR {
      const TilePart part{row, column, valid, start, k, first, last};
      if (on_the_way && row == 0) {
        TileFor<PackingTile>(vectors, rows)(g, part, next, panel);
      } else {
        TileFor<MultiplyTile>(vectors, rows)(g, part, next, b);
      }
    });
  });
}

/// Copies a block of a whose rows are neighbours, so that what is multiplied at once lies together.
void CopyBlock(const Gemm& g, int64_t start, int64_t k, float* HWY_RESTRICT copy) {
  for (int64_t i = 0; i < k; ++i, copy += block) std::copy_n(g.a + (start + i) * g.a_column, g.m, copy);
}

void Multiply(const Gemm& g) {
  // Columns of a far apart share a few sets of the cache: read once for each panel of b, they would be fetched anew.
  const bool copies = g.a_row == 1 && g.a_column > block && g.n > 4 * L;
  // Panels that are packed here are packed once for all rows.
  const int64_t rows = copies || g.packed_b != nullptr ? block : std::max<int64_t>(g.m, 1);
  alignas(64) float copy[block * depth];
  for (int64_t start = 0; start < std::max<int64_t>(g.k, 1); start += depth) {
    const int64_t k = std::min(depth, g.k - start);
    for (int64_t row = 0; row < g.m; row += rows) {
      Gemm part = g;
      part.m = std::min(rows, g.m - row);
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
