#include "sluice/tensor/shapes.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/shapes.cc"
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

struct Copy {
  static HWY_INLINE void Vectors(int64_t n, const float* from, float* to) {
    int64_t i = 0;
    for (; i + L <= n; i += L) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    for (; i < n; ++i) to[i] = from[i];
  }
  /// Many from one.
  static HWY_INLINE void Spread(int64_t n, const float* from, float* to) { std::fill(to, to + n, *from); }
  static HWY_INLINE void Strided(const CopyLoop& loop, const float* from, float* to) {
    for (int64_t i = 0; i < loop.size; ++i) to[i * loop.to] = from[i * loop.from];
  }
};

struct AddBack {
  static HWY_INLINE void Vectors(int64_t n, float* from, const float* to) {
    int64_t i = 0;
    for (; i + L <= n; i += L) hn::StoreU(hn::Add(hn::LoadU(d, from + i), hn::LoadU(d, to + i)), d, from + i);
    for (; i < n; ++i) from[i] += to[i];
  }
  static HWY_INLINE void Spread(int64_t n, float* from, const float* to) {
    int64_t i = 0;
    V sums = hn::Zero(d);
    for (; i + L <= n; i += L) sums = hn::Add(sums, hn::LoadU(d, to + i));
    float sum = hn::GetLane(hn::SumOfLanes(d, sums));
    for (; i < n; ++i) sum += to[i];
    *from += sum;
  }
  static HWY_INLINE void Strided(const CopyLoop& loop, float* from, const float* to) {
    for (int64_t i = 0; i < loop.size; ++i) from[i * loop.from] += to[i * loop.to];
  }
};

template <class Step, class From, class To>
HWY_INLINE void Innermost(const CopyLoop& loop, From* from, To* to) {
  if (loop.to == 1 && loop.from == 1) return Step::Vectors(loop.size, from, to);
  if (loop.to == 1 && loop.from == 0) return Step::Spread(loop.size, from, to);
  Step::Strided(loop, from, to);
}

template <class Step, class From, class To>
void Walk(std::span<const CopyLoop> loops, From* from, To* to) {
  const CopyLoop& loop = loops[0];
  if (loops.size() == 1) return Innermost<Step>(loop, from, to);
  for (int64_t i = 0; i < loop.size; ++i, from += loop.from, to += loop.to) {
    if (loops.size() == 2) {
      Innermost<Step>(loops[1], from, to);
    } else {
      Walk<Step>(loops.subspan(1), from, to);
    }
  }
}

void CopyAlong(std::span<const CopyLoop> loops, const float* x, float* y) { Walk<Copy>(loops, x, y); }

void AddBackAlong(std::span<const CopyLoop> loops, const float* y, float* x) { Walk<AddBack>(loops, x, y); }

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(CopyAlong);
HWY_EXPORT(AddBackAlong);

std::vector<CopyLoop> merged_loops(std::vector<CopyLoop> loops) {
  std::erase_if(loops, [](const CopyLoop& loop) { return loop.size == 1; });
  std::stable_sort(loops.begin(), loops.end(), [](const CopyLoop& a, const CopyLoop& b) { return a.to > b.to; });
  std::vector<CopyLoop> merged;
  for (const CopyLoop& loop : loops) {
    const bool goes_on =
        !merged.empty() && merged.back().from == loop.size * loop.from && merged.back().to == loop.size * loop.to;
    if (goes_on) {
      merged.back() = {merged.back().size * loop.size, loop.from, loop.to};
    } else {
      merged.push_back(loop);
    }
  }
  if (merged.empty()) merged.push_back({1, 1, 1});
  return merged;
}

void copy_along(std::span<const CopyLoop> loops, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(CopyAlong)(loops, x, y);
}

void add_back_along(std::span<const CopyLoop> loops, const float* y, float* x) {
  HWY_DYNAMIC_DISPATCH(AddBackAlong)(loops, y, x);
}

}  // namespace sluice
#endif
