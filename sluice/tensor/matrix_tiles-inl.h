/// Tiles of products of matrices, for the processor that the including file is compiled for: some rows of a left matrix
/// times a panel of one or two vectors of columns of a right one, in registers.
#if defined(SLUICE_TENSOR_MATRIX_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLUICE_TENSOR_MATRIX_TILES_INL_H_
#undef SLUICE_TENSOR_MATRIX_TILES_INL_H_
#else
#define SLUICE_TENSOR_MATRIX_TILES_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {

using D = hwy::HWY_NAMESPACE::ScalableTag<float>;
using V = hwy::HWY_NAMESPACE::Vec<D>;
constexpr D d;
constexpr int64_t L = HWY_LANES(float);
constexpr bool wide = HWY_LANES(float) == 16;  // 32 registers instead of 16

/// Columns are taken by panels of two vectors, the last one or none of one vector.
constexpr int64_t PanelVectors(int64_t columns) { return columns > L ? 2 : 1; }
/// Rows of the left matrix that are multiplied with a panel at once: they fill the registers.
constexpr int TileRows(int64_t vectors) { return vectors == 2 && !wide ? 6 : 12; }

constexpr int64_t PanelWidths(int64_t columns) { return (columns + L - 1) / L * L; }

/// Calls work(first column, vectors, valid columns) for each panel; panel p begins at first column · depth when packed.
template <class Work>
HWY_INLINE void ForEachPanel(int64_t columns, const Work& work) {
  for (int64_t f = 0; f < columns; f += 2 * L) work(f, PanelVectors(columns - f), std::min(columns - f, 2 * L));
}

/// Splits `count` evenly into parts of at most `most`.
template <class Work>
HWY_INLINE void ForEachPart(int64_t count, int64_t most, const Work& work) {
  const int64_t parts = (count + most - 1) / most;
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t first = count * part / parts;
    work(first, count * (part + 1) / parts - first);
  }
}

HWY_INLINE hwy::HWY_NAMESPACE::Mask<D> MaskOf(int64_t valid) {
  return hwy::HWY_NAMESPACE::FirstN(d, static_cast<size_t>(std::clamp<int64_t>(valid, 0, L)));
}

/// Stores the first `valid` floats, at most a vector.
HWY_INLINE void StoreValid(V value, int64_t valid, float* to) {
  namespace hn = hwy::HWY_NAMESPACE;
  if (valid >= L) {
    hn::StoreU(value, d, to);
  } else {
    hn::BlendedStore(value, MaskOf(valid), d, to);
  }
}

/// Loads `valid` floats, at most a vector, and zeros behind them.
HWY_INLINE V LoadValid(const float* from, int64_t valid) {
  namespace hn = hwy::HWY_NAMESPACE;
  return valid >= L ? hn::LoadU(d, from) : hn::MaskedLoad(MaskOf(valid), d, from);
}

/// Loads a row of a tile: the first `valid` floats, and zeros behind them.
template <int vectors>
HWY_INLINE void LoadRow(const float* from, int64_t valid, V* values) {
  HWY_UNROLL(2)
  for (int i = 0; i < vectors; ++i) values[i] = LoadValid(from + i * L, valid - i * L);
}

/// Brings a tile near that StoreTile will write: else each store would wait for memory.
template <int rows, int vectors>
HWY_INLINE void FetchTile(int64_t stride, const float* c) {
  for (int r = 0; r < rows; ++r, c += stride) {
    for (int i = 0; i < vectors; ++i) hwy::Prefetch(c + i * L);
  }
}

/// Stores a tile whose rows lie `stride` apart, of each the first `valid` floats.
template <int rows, int vectors>
HWY_INLINE void StoreTile(const V (&tile)[rows][vectors], int64_t valid, int64_t stride, float* to) {
  namespace hn = hwy::HWY_NAMESPACE;
  const bool whole = valid >= vectors * L;
  const auto last = MaskOf(valid - (vectors - 1) * L);
  HWY_UNROLL(12)
  for (int r = 0; r < rows; ++r, to += stride) {
    HWY_UNROLL(2)
    for (int i = 0; i < vectors - 1; ++i) hn::StoreU(tile[r][i], d, to + i * L);
    if (whole) {
      hn::StoreU(tile[r][vectors - 1], d, to + (vectors - 1) * L);
    } else {
      hn::BlendedStore(tile[r][vectors - 1], last, d, to + (vectors - 1) * L);
    }
  }
}

/// Loads what StoreTile stores; zeros where `zero`.
template <int rows, int vectors>
HWY_INLINE void LoadTile(const float* from, int64_t valid, int64_t stride, bool zero, V (&tile)[rows][vectors]) {
  namespace hn = hwy::HWY_NAMESPACE;
  HWY_UNROLL(12)
  for (int r = 0; r < rows; ++r) {
    HWY_UNROLL(2)
    for (int i = 0; i < vectors; ++i) tile[r][i] = hn::Zero(d);
  }
  if (zero) return;
  const auto last = MaskOf(valid - (vectors - 1) * L);
  HWY_UNROLL(12)
  for (int r = 0; r < rows; ++r, from += stride) {
    HWY_UNROLL(2)
    for (int i = 0; i < vectors - 1; ++i) tile[r][i] = hn::LoadU(d, from + i * L);
    tile[r][vectors - 1] = hn::MaskedLoad(last, d, from + (vectors - 1) * L);
  }
}

/// Adds `depth` products to a tile: sum[r] += a[r · a_row + k · a_step] · b[k · vectors · L + …].
template <int rows, int vectors>
HWY_INLINE void AddProducts(int64_t depth, const float* HWY_RESTRICT a, int64_t a_row, int64_t a_step,
                            const float* HWY_RESTRICT b, V (&sum)[rows][vectors]) {
  namespace hn = hwy::HWY_NAMESPACE;
  constexpr int group = 3;  // rows that one pointer reaches by address arithmetic alone
  const float* HWY_RESTRICT lefts[(rows + group - 1) / group];
  for (int r = 0; r < rows; r += group) lefts[r / group] = a + r * a_row;
  for (int64_t k = 0; k < depth; ++k, b += vectors * L) {
    V right[vectors];
    HWY_UNROLL(2)
    for (int i = 0; i < vectors; ++i) right[i] = hn::LoadU(d, b + i * L);
    HWY_UNROLL(12)
    for (int r = 0; r < rows; ++r) {
      const V left = hn::Set(d, lefts[r / group][r % group * a_row]);
      HWY_UNROLL(2)
      for (int i = 0; i < vectors; ++i) sum[r][i] = hn::MulAdd(left, right[i], sum[r][i]);
    }
    HWY_UNROLL(4)
    for (int g = 0; g < (rows + group - 1) / group; ++g) lefts[g] += a_step;
  }
}

template <template <int, int> class Tile, int vectors, int... rows>
constexpr auto TilesOf(std::integer_sequence<int, rows...>) {
  return std::array{&Tile<rows + 1, vectors>::Run...};
}

/// Returns the function Tile<rows, vectors>::Run, where 1 <= rows <= TileRows(vectors).
template <template <int, int> class Tile>
HWY_INLINE auto TileFor(int64_t vectors, int64_t rows) {
  static constexpr auto singles = TilesOf<Tile, 1>(std::make_integer_sequence<int, TileRows(1)>());
  static constexpr auto doubles = TilesOf<Tile, 2>(std::make_integer_sequence<int, TileRows(2)>());
  return vectors == 1 ? singles[static_cast<size_t>(rows - 1)] : doubles[static_cast<size_t>(rows - 1)];
}

}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
