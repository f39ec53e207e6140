#include "sluice/tensor/core_rate.h"

#include <algorithm>
#include <cstdint>

#include "sluice/base/stopwatch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/core_rate.cc"
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
constexpr int chains = 12;  // that do not wait for each other: more than latency times ports of any core

/// Runs `turns` times `chains` multiply-adds; returns their operations. The sum keeps the work from being dropped.
double MultiplyAdds(int64_t turns, float* sum) {
  V values[chains];
  const V factor = hn::Set(d, 0.5f + *sum), term = hn::Set(d, 1.0f);
  HWY_UNROLL(12)
  for (int i = 0; i < chains; ++i) values[i] = hn::Set(d, static_cast<float>(i));
  for (int64_t turn = 0; turn < turns; ++turn) {
    HWY_UNROLL(12)
    for (int i = 0; i < chains; ++i) values[i] = hn::MulAdd(values[i], factor, term);
  }
  HWY_UNROLL(12)
  for (int i = 1; i < chains; ++i) values[0] = hn::Add(values[0], values[i]);
  *sum = hn::GetLane(values[0]) * 0.0f;
  return 2.0 * chains * HWY_LANES(float) * static_cast<double>(turns);
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(MultiplyAdds);

double core_flop_rate() {
  constexpr int64_t turns = 10000;  // about 20 µs
  double best = 0;
  float sum = 0;
  for (int i = 0; i < 200; ++i) {
    const Stopwatch watch;
    const double flop = HWY_DYNAMIC_DISPATCH(MultiplyAdds)(turns, &sum);
    best = std::max(best, flop / watch.seconds());
  }
  return best;
}

}  // namespace sluice
#endif
