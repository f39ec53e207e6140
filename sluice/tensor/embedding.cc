#include "sluice/tensor/embedding.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/embedding.cc"
// clang-format off: foreach_target.h comes first
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
constexpr D d;
constexpr int64_t L = HWY_LANES(float);

int64_t LookUp(const EmbeddingShape& s, int64_t count, const float* indices, const float* table, float* y) {
  const auto rows = static_cast<float>(s.rows);
  for (int64_t i = 0; i < count; ++i, y += s.width) {
    if (!(indices[i] > -1 && indices[i] < rows)) return i;
    const float* from = table + static_cast<int64_t>(indices[i]) * s.width;
    std::copy(from, from + s.width, y);
  }
  return -1;
}

void LookUpBackward(const EmbeddingShape& s, int64_t count, const float* indices, const float* dy, float* dtable) {
  std::fill(dtable, dtable + s.rows * s.width, 0.0f);
  for (int64_t i = 0; i < count; ++i, dy += s.width) {
    float* to = dtable + static_cast<int64_t>(indices[i]) * s.width;
    int64_t j = 0;
    for (; j + L <= s.width; j += L) hn::StoreU(hn::Add(hn::LoadU(d, to + j), hn::LoadU(d, dy + j)), d, to + j);
    for (; j < s.width; ++j) to[j] += dy[j];
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(LookUp);
HWY_EXPORT(LookUpBackward);

int64_t look_up(const EmbeddingShape& shape, int64_t count, const float* indices, const float* table, float* y) {
  return HWY_DYNAMIC_DISPATCH(LookUp)(shape, count, indices, table, y);
}

void look_up_backward(const EmbeddingShape& shape, int64_t count, const float* indices, const float* dy,
                      float* dtable) {
  HWY_DYNAMIC_DISPATCH(LookUpBackward)(shape, count, indices, dy, dtable);
}

}  // namespace sluice
#endif
