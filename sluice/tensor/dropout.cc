#include "sluice/tensor/dropout.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/dropout.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
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

void DropoutMask(const DropoutKey& key, float rate, int64_t rows, int64_t size, float* mask) {
  const int64_t quads = (size + 3) / 4;
  // A word below the threshold drops; words and threshold are compared as signed numbers, shifted by half the range.
  const auto threshold = static_cast<uint32_t>(std::min(static_cast<double>(rate) * 0x1p32, 0x1p32 - 1));
  const hn::RebindToSigned<D> di;
  const auto limit = hn::Set(di, static_cast<int32_t>(threshold ^ 0x80000000U));
  const U half = hn::Set(du, 0x80000000U);
  const auto kept = hn::Set(d, 1.0f / (1.0f - rate));
  for (int64_t row = 0; row < rows; ++row, mask += size) {
    for (int64_t quad = 0; quad < quads; quad += L) {
      U words[4] = {hn::Iota(du, static_cast<uint32_t>(quad)), hn::Set(du, static_cast<uint32_t>(row)),
                    hn::Set(du, key.step), hn::Set(du, key.stream)};
      Philox(words, key.seed);
      for (int64_t word = 0; word < 4; ++word) {
        const int64_t at = word * quads + quad;
        const int64_t count = std::min({L, quads - quad, size - at});
        if (count <= 0) break;
        const auto drop = hn::Lt(hn::BitCast(di, hn::Xor(words[word], half)), limit);
        const auto value = hn::IfThenZeroElse(hn::RebindMask(d, drop), kept);
        if (count == L) {
          hn::StoreU(value, d, mask + at);
        } else {
          hn::BlendedStore(value, hn::FirstN(d, static_cast<size_t>(count)), d, mask + at);
        }
      }
    }
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(DropoutMask);

void dropout_mask(const DropoutKey& key, float rate, int64_t rows, int64_t size, float* mask) {
  HWY_DYNAMIC_DISPATCH(DropoutMask)(key, rate, rows, size, mask);
}

}  // namespace sluice
#endif
