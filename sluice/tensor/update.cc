#include "sluice/tensor/update.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sluice/tensor/update.cc"
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

// Weight arrays are padded to whole vectors with zeros, whose gradients are zero.

void Sgd(int64_t n, float rate, const float* HWY_RESTRICT g, float* HWY_RESTRICT w) {
  const V step = hn::Set(d, rate);
  for (int64_t i = 0; i < n; i += L)
    hn::StoreU(hn::NegMulAdd(step, hn::LoadU(d, g + i), hn::LoadU(d, w + i)), d, w + i);
}

void Momentum(int64_t n, float rate, float momentum, bool nesterov, const float* HWY_RESTRICT g, float* HWY_RESTRICT v,
              float* HWY_RESTRICT w) {
  const V step = hn::Set(d, rate), keep = hn::Set(d, momentum);
  for (int64_t i = 0; i < n; i += L) {
    const V slope = hn::Mul(step, hn::LoadU(d, g + i));
    const V speed = hn::MulSub(keep, hn::LoadU(d, v + i), slope);
    hn::StoreU(speed, d, v + i);
    const V change = nesterov ? hn::MulSub(keep, speed, slope) : speed;
    hn::StoreU(hn::Add(hn::LoadU(d, w + i), change), d, w + i);
  }
}

void Adam(int64_t n, float rate, float beta_1, float beta_2, float epsilon, const float* HWY_RESTRICT g,
          float* HWY_RESTRICT m, float* HWY_RESTRICT v, float* HWY_RESTRICT w) {
  const V take_1 = hn::Set(d, 1 - beta_1), take_2 = hn::Set(d, 1 - beta_2), step = hn::Set(d, rate),
          small = hn::Set(d, epsilon);
  for (int64_t i = 0; i < n; i += L) {
    const V slope = hn::LoadU(d, g + i);
    const V old_1 = hn::LoadU(d, m + i), old_2 = hn::LoadU(d, v + i);
    const V new_1 = hn::MulAdd(hn::Sub(slope, old_1), take_1, old_1);
    const V new_2 = hn::MulAdd(hn::MulSub(slope, slope, old_2), take_2, old_2);
    hn::StoreU(new_1, d, m + i);
    hn::StoreU(new_2, d, v + i);
    const V direction = hn::Div(new_1, hn::Add(hn::Sqrt(new_2), small));
    hn::StoreU(hn::NegMulAdd(step, direction, hn::LoadU(d, w + i)), d, w + i);
  }
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Sgd);
HWY_EXPORT(Momentum);
HWY_EXPORT(Adam);

void sgd_update(int64_t n, float rate, const float* g, float* w) { HWY_DYNAMIC_DISPATCH(Sgd)(n, rate, g, w); }

void momentum_update(int64_t n, float rate, float momentum, bool nesterov, const float* g, float* v, float* w) {
  HWY_DYNAMIC_DISPATCH(Momentum)(n, rate, momentum, nesterov, g, v, w);
}

void adam_update(int64_t n, float rate, float beta_1, float beta_2, float epsilon, const float* g, float* m, float* v,
                 float* w) {
  HWY_DYNAMIC_DISPATCH(Adam)(n, rate, beta_1, beta_2, epsilon, g, m, v, w);
}

}  // namespace sluice
#endif
