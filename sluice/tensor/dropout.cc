#include "sluice/tensor/dropout.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/dropout.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "sluice/tensor/elementary-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using DU = hn::RebindToUnsigned<D>;
using DW = hn::Repartition<uint64_t, DU>;
using U = hn::Vec<DU>;
constexpr D d;
constexpr DU du;
constexpr DW dw;
constexpr int64_t L = HWY_LANES(float);

/// Upper halves of the 64-bit products of all lanes.
HWY_INLINE U MulHigh(U a, U b) {
  const auto even = hn::MulEven(a, b);
  const auto odd = hn::MulEven(hn::BitCast(du, hn::ShiftRight<32>(hn::BitCast(dw, a))),
                               hn::BitCast(du, hn::ShiftRight<32>(hn::BitCast(dw, b))));
  return hn::OddEven(hn::BitCast(du, odd), hn::BitCast(du, hn::ShiftRight<32>(even)));
}

/// Philox4x32-10 (see base/random.h), one block a lane.
HWY_INLINE void Philox(U counter[4], uint64_t key) {
  auto key_0 = static_cast<uint32_t>(key), key_1 = static_cast<uint32_t>(key >> 32);
  const U multiplier_0 = hn::Set(du, 0xD2511F53U), multiplier_1 = hn::Set(du, 0xCD9E8D57U);
  for (int round = 0; round < 10; ++round, key_0 += 0x9E3779B9U, key_1 += 0xBB67AE85U) {
    const U high_0 = MulHigh(multiplier_0, counter[0]), low_0 = hn::Mul(multiplier_0, counter[0]);
    const U high_1 = MulHigh(multiplier_1, counter[2]), low_1 = hn::Mul(multiplier_1, counter[2]);
    counter[0] = hn::Xor(hn::Xor(high_1, counter[1]), hn::Set(du, key_0));
    counter[1] = low_1;
    counter[2] = hn::Xor(hn::Xor(high_0, counter[3]), hn::Set(du, key_1));
    counter[3] = low_0;
  }
}

using V = hn::Vec<D>;

/// Fills an array [rows, size]: `function(words, values)` turns the four words of each lane's block into four values.
template <class Function>
HWY_INLINE void FillRows(const DropoutKey& key, int64_t rows, int64_t size, float* array, const Function& function) {
  const int64_t quads = (size + 3) / 4;
  for (int64_t row = 0; row < rows; ++row, array += size) {
    for (int64_t quad = 0; quad < quads; quad += L) {
      U words[4] = {hn::Iota(du, static_cast<uint32_t>(quad)), hn::Set(du, key.first_row + static_cast<uint32_t>(row)),
                    hn::Set(du, key.step), hn::Set(du, key.stream)};
      Philox(words, key.seed);
      V values[4];
      function(words, values);
      for (int64_t word = 0; word < 4; ++word) {
        const int64_t at = word * quads + quad;
        const int64_t count = std::min({L, quads - quad, size - at});
        if (count <= 0) break;
        hn::BlendedStore(values[word], hn::FirstN(d, static_cast<size_t>(count)), d, array + at);
      }
    }
  }
}

void DropoutMask(const DropoutKey& key, float rate, int64_t rows, int64_t size, float* mask) {
  // A word below the threshold drops; words and threshold are compared as signed numbers, shifted by half the range.
  const auto threshold = static_cast<uint32_t>(std::min(static_cast<double>(rate) * 0x1p32, 0x1p32 - 1));
  const hn::RebindToSigned<D> di;
  const auto limit = hn::Set(di, static_cast<int32_t>(threshold ^ 0x80000000U));
  const U half = hn::Set(du, 0x80000000U);
  const auto kept = hn::Set(d, 1.0f / (1.0f - rate));
  FillRows(key, rows, size, mask, [&](const U* words, V* values) HWY_ATTR {
    for (int word = 0; word < 4; ++word) {
      const auto drop = hn::Lt(hn::BitCast(di, hn::Xor(words[word], half)), limit);
      values[word] = hn::IfThenZeroElse(hn::RebindMask(d, drop), kept);
    }
  });
}

/// Whole numbers below 2^24 as floats.
HWY_INLINE V ToFloat(U number) { return hn::ConvertTo(d, hn::BitCast(hn::RebindToSigned<D>(), number)); }

/// Box-Muller: two independent normal numbers from two words.
HWY_INLINE void NormalPair(U first, U second, V& one, V& other) {
  const V inside = hn::Mul(hn::Add(ToFloat(hn::ShiftRight<9>(first)), hn::Set(d, 0.5f)), hn::Set(d, 0x1p-23f));
  const V radius = hn::Sqrt(hn::Mul(hn::Set(d, -2.0f), hn::Log(d, inside)));
  const V angle = hn::Mul(ToFloat(hn::ShiftRight<8>(second)), hn::Set(d, 6.28318531f * 0x1p-24f));
  one = hn::Mul(radius, hn::Cos(d, angle));
  other = hn::Mul(radius, hn::Sin(d, angle));
}

void NormalNumbers(const DropoutKey& key, float mean, float deviation, int64_t rows, int64_t size, float* numbers) {
  const V center = hn::Set(d, mean), scale = hn::Set(d, deviation);
  FillRows(key, rows, size, numbers, [&](const U* words, V* values) HWY_ATTR {
    NormalPair(words[0], words[1], values[0], values[1]);
    NormalPair(words[2], words[3], values[2], values[3]);
    for (int word = 0; word < 4; ++word) values[word] = hn::MulAdd(values[word], scale, center);
  });
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(DropoutMask);
HWY_EXPORT(NormalNumbers);

void dropout_mask(const DropoutKey& key, float rate, int64_t rows, int64_t size, float* mask) {
  HWY_DYNAMIC_DISPATCH(DropoutMask)(key, rate, rows, size, mask);
}

void normal_numbers(const DropoutKey& key, float mean, float deviation, int64_t rows, int64_t size, float* numbers) {
  HWY_DYNAMIC_DISPATCH(NormalNumbers)(key, mean, deviation, rows, size, numbers);
}

}  // namespace sluice
#endif
