#include "sluice/tensor/update.h"

#include <algorithm>

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

HWY_INLINE V All(double value) { return hn::Set(d, static_cast<float>(value)); }
HWY_INLINE V Load(const float* values, int64_t i) { return hn::LoadU(d, values + i); }
HWY_INLINE V Store(V value, float* values, int64_t i) {
  hn::StoreU(value, d, values + i);
  return value;
}

/// Replaces every vector of weights by rule(index, gradients, weights).
template <class Rule>
HWY_INLINE void Walk(const UpdateArrays& arrays, const Rule& rule) {
  const int64_t size = arrays.size;
  const float* g = arrays.gradients;
  float* w = arrays.weights;
  const V keep = hn::Set(d, arrays.keep);
  for (int64_t i = 0; i < size; i += L) Store(rule(i, Load(g, i), hn::Mul(Load(w, i), keep)), w, i);
}

/// A running mean that takes its share of new values: values[i] += (x - values[i]) · share.
HWY_INLINE V Follow(V x, V share, float* values, int64_t i) {
  const V old = Load(values, i);
  return Store(hn::MulAdd(hn::Sub(x, old), share, old), values, i);
}
HWY_INLINE V FollowSquare(V x, V share, float* values, int64_t i) {
  const V old = Load(values, i);
  return Store(hn::MulAdd(hn::MulSub(x, x, old), share, old), values, i);
}
/// values[i] = keep · values[i] + x.
HWY_INLINE V Decay(V x, V keep, float* values, int64_t i) {
  return Store(hn::MulAdd(Load(values, i), keep, x), values, i);
}

void Sgd(const UpdateArrays& arrays, double rate) {
  const V step = All(rate);
  Walk(arrays, [=](int64_t, V g, V w) HWY_ATTR { return hn::NegMulAdd(step, g, w); });
}

void Momentum(const UpdateArrays& arrays, double rate, double momentum, bool nesterov, float* v) {
  const V step = All(rate), keep = All(momentum);
  Walk(arrays, [=](int64_t i, V g, V w) HWY_ATTR {
    const V slope = hn::Mul(step, g);
    const V speed = Store(hn::MulSub(keep, Load(v, i), slope), v, i);
    return hn::Add(w, nesterov ? hn::MulSub(keep, speed, slope) : speed);
  });
}

void Adam(const UpdateArrays& arrays, const AdamFactors& factors, float* m, float* v) {
  const V take_1 = All(1 - factors.beta_1), take_2 = All(1 - factors.beta_2), step = All(factors.rate),
          small = All(factors.epsilon);
  Walk(arrays, [=](int64_t i, V g, V w) HWY_ATTR {
    const V mean = Follow(g, take_1, m, i);
    const V square = FollowSquare(g, take_2, v, i);
    return hn::NegMulAdd(step, hn::Div(mean, hn::Add(hn::Sqrt(square), small)), w);
  });
}

void Amsgrad(const UpdateArrays& arrays, const AdamFactors& factors, float* m, float* v, float* largest) {
  const V take_1 = All(1 - factors.beta_1), take_2 = All(1 - factors.beta_2), step = All(factors.rate),
          small = All(factors.epsilon);
  Walk(arrays, [=](int64_t i, V g, V w) HWY_ATTR {
    const V mean = Follow(g, take_1, m, i);
    const V square = Store(hn::Max(Load(largest, i), FollowSquare(g, take_2, v, i)), largest, i);
    return hn::NegMulAdd(step, hn::Div(mean, hn::Add(hn::Sqrt(square), small)), w);
  });
}

void Adamax(const UpdateArrays& arrays, const AdamFactors& factors, float* m, float* u) {
  const V take = All(1 - factors.beta_1), keep = All(factors.beta_2), step = All(factors.rate),
          small = All(factors.epsilon);
  Walk(arrays, [=](int64_t i, V g, V w) HWY_ATTR {
    const V mean = Follow(g, take, m, i);
    const V norm = Store(hn::Max(hn::Mul(keep, Load(u, i)), hn::Abs(g)), u, i);
    return hn::NegMulAdd(step, hn::Div(mean, hn::Add(norm, small)), w);
  });
}

void Nadam(const UpdateArrays& arrays, const AdamFactors& factors, const NadamFactors& corrections, float* m,
           float* v) {
  const V take_1 = All(1 - factors.beta_1), take_2 = All(1 - factors.beta_2), step = All(factors.rate),
          small = All(factors.epsilon);
  const V of_mean = All(corrections.of_mean), of_gradient = All(corrections.of_gradient),
          of_square = All(corrections.of_square);
  Walk(arrays, [=](int64_t i, V g, V w) HWY_ATTR {
    const V mean = hn::MulAdd(of_mean, Follow(g, take_1, m, i), hn::Mul(of_gradient, g));
    const V square = hn::Mul(FollowSquare(g, take_2, v, i), of_square);
    return hn::NegMulAdd(step, hn::Div(mean, hn::Add(hn::Sqrt(square), small)), w);
  });
}

void Rmsprop(const UpdateArrays& arrays, const RmspropFactors& factors, float* v, float* speed, float* mean) {
  const V keep = All(factors.rho), take = All(1 - factors.rho), step = All(factors.rate), small = All(factors.epsilon),
          momentum = All(factors.momentum);
  Walk(arrays, [=](int64_t i, V g, V w) HWY_ATTR {
    V square = Decay(hn::Mul(take, hn::Mul(g, g)), keep, v, i);
    if (mean != nullptr) {
      const V average = Decay(hn::Mul(take, g), keep, mean, i);
      square = hn::NegMulAdd(average, average, square);
    }
    V change = hn::Div(hn::Mul(step, g), hn::Sqrt(hn::Add(square, small)));
    if (speed != nullptr) change = Decay(change, momentum, speed, i);
    return hn::Sub(w, change);
  });
}

void Adagrad(const UpdateArrays& arrays, double rate, double epsilon, float* a) {
  const V step = All(rate), small = All(epsilon);
  Walk(arrays, [=](int64_t i, V g, V w) HWY_ATTR {
    const V sum = Store(hn::MulAdd(g, g, Load(a, i)), a, i);
    return hn::Sub(w, hn::Div(hn::Mul(step, g), hn::Sqrt(hn::Add(sum, small))));
  });
}

void Adadelta(const UpdateArrays& arrays, double rate, double rho, double epsilon, float* a, float* b) {
  const V keep = All(rho), take = All(1 - rho), step = All(rate), small = All(epsilon);
  Walk(arrays, [=](int64_t i, V g, V w) HWY_ATTR {
    const V square = Decay(hn::Mul(take, hn::Mul(g, g)), keep, a, i);
    const V root = hn::Sqrt(hn::Add(Load(b, i), small));
    const V change = hn::Div(hn::Mul(root, g), hn::Sqrt(hn::Add(square, small)));
    Decay(hn::Mul(take, hn::Mul(change, change)), keep, b, i);
    return hn::NegMulAdd(step, change, w);
  });
}

void Lion(const UpdateArrays& arrays, double rate, double beta_1, double beta_2, float* m) {
  const V keep_1 = All(beta_1), take_1 = All(1 - beta_1), keep_2 = All(beta_2), take_2 = All(1 - beta_2),
          step = All(rate);
  Walk(arrays, [=](int64_t i, V g, V w) HWY_ATTR {
    const V direction = hn::MulAdd(keep_1, Load(m, i), hn::Mul(take_1, g));
    Decay(hn::Mul(take_2, g), keep_2, m, i);
    const V change = hn::IfThenElseZero(hn::Ne(direction, hn::Zero(d)), hn::CopySign(step, direction));
    return hn::Sub(w, change);
  });
}

void Accumulate(int64_t size, const float* g, float* sums) {
  for (int64_t i = 0; i < size; i += L) Store(hn::Add(Load(sums, i), Load(g, i)), sums, i);
}

void TakeAccumulated(int64_t size, int64_t steps, float* g, float* sums) {
  const V count = All(static_cast<double>(steps)), zero = hn::Zero(d);
  for (int64_t i = 0; i < size; i += L) {
    Store(hn::Div(hn::Add(Load(g, i), Load(sums, i)), count), g, i);
    Store(zero, sums, i);
  }
}

/// Blocks are summed in float lanes, their sums in double.
double SumOfSquares(int64_t size, const float* g) {
  constexpr int64_t block = 1024;
  double sum = 0;
  for (int64_t first = 0; first < size; first += block) {
    const int64_t last = std::min(size, first + block);
    V lanes = hn::Zero(d);
    for (int64_t i = first; i < last; i += L) lanes = hn::MulAdd(Load(g, i), Load(g, i), lanes);
    sum += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, lanes)));
  }
  return sum;
}

void Multiply(int64_t size, double factor, float* g) {
  const V all = All(factor);
  for (int64_t i = 0; i < size; i += L) Store(hn::Mul(Load(g, i), all), g, i);
}

void Clip(int64_t size, double limit, float* g) {
  const V most = All(limit), least = All(-limit);
  for (int64_t i = 0; i < size; i += L) {
    const V value = Load(g, i);
    // Comparisons keep NaN, which minimum and maximum need not.
    const V below = hn::IfThenElse(hn::Gt(value, most), most, value);
    Store(hn::IfThenElse(hn::Lt(below, least), least, below), g, i);
  }
}

void Average(int64_t size, double momentum, const float* w, float* average) {
  const V keep = All(momentum), take = All(1 - momentum);
  for (int64_t i = 0; i < size; i += L) Decay(hn::Mul(take, Load(w, i)), keep, average, i);
}

}  // namespace
}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice {

HWY_EXPORT(Sgd);
HWY_EXPORT(Momentum);
HWY_EXPORT(Adam);
HWY_EXPORT(Amsgrad);
HWY_EXPORT(Adamax);
HWY_EXPORT(Nadam);
HWY_EXPORT(Rmsprop);
HWY_EXPORT(Adagrad);
HWY_EXPORT(Adadelta);
HWY_EXPORT(Lion);
HWY_EXPORT(Accumulate);
HWY_EXPORT(TakeAccumulated);
HWY_EXPORT(SumOfSquares);
HWY_EXPORT(Multiply);
HWY_EXPORT(Clip);
HWY_EXPORT(Average);

void sgd_update(const UpdateArrays& arrays, double rate) { HWY_DYNAMIC_DISPATCH(Sgd)(arrays, rate); }

void momentum_update(const UpdateArrays& arrays, double rate, double momentum, bool nesterov, float* v) {
  HWY_DYNAMIC_DISPATCH(Momentum)(arrays, rate, momentum, nesterov, v);
}

void adam_update(const UpdateArrays& arrays, const AdamFactors& factors, float* m, float* v) {
  HWY_DYNAMIC_DISPATCH(Adam)(arrays, factors, m, v);
}

void amsgrad_update(const UpdateArrays& arrays, const AdamFactors& factors, float* m, float* v, float* largest) {
  HWY_DYNAMIC_DISPATCH(Amsgrad)(arrays, factors, m, v, largest);
}

void adamax_update(const UpdateArrays& arrays, const AdamFactors& factors, float* m, float* u) {
  HWY_DYNAMIC_DISPATCH(Adamax)(arrays, factors, m, u);
}

void nadam_update(const UpdateArrays& arrays, const AdamFactors& factors, const NadamFactors& corrections, float* m,
                  float* v) {
  HWY_DYNAMIC_DISPATCH(Nadam)(arrays, factors, corrections, m, v);
}

void rmsprop_update(const UpdateArrays& arrays, const RmspropFactors& factors, float* v, float* speed, float* mean) {
  HWY_DYNAMIC_DISPATCH(Rmsprop)(arrays, factors, v, speed, mean);
}

void adagrad_update(const UpdateArrays& arrays, double rate, double epsilon, float* a) {
  HWY_DYNAMIC_DISPATCH(Adagrad)(arrays, rate, epsilon, a);
}

void adadelta_update(const UpdateArrays& arrays, double rate, double rho, double epsilon, float* a, float* b) {
  HWY_DYNAMIC_DISPATCH(Adadelta)(arrays, rate, rho, epsilon, a, b);
}

void lion_update(const UpdateArrays& arrays, double rate, double beta_1, double beta_2, float* m) {
  HWY_DYNAMIC_DISPATCH(Lion)(arrays, rate, beta_1, beta_2, m);
}

void accumulate_gradients(int64_t size, const float* g, float* sums) {
  HWY_DYNAMIC_DISPATCH(Accumulate)(size, g, sums);
}

void take_accumulated_gradients(int64_t size, int64_t steps, float* g, float* sums) {
  HWY_DYNAMIC_DISPATCH(TakeAccumulated)(size, steps, g, sums);
}

double sum_of_squares(int64_t size, const float* g) { return HWY_DYNAMIC_DISPATCH(SumOfSquares)(size, g); }

void scale_gradients(int64_t size, double factor, float* g) { HWY_DYNAMIC_DISPATCH(Multiply)(size, factor, g); }

void clip_gradients(int64_t size, double limit, float* g) { HWY_DYNAMIC_DISPATCH(Clip)(size, limit, g); }

void average_weights(int64_t size, double momentum, const float* w, float* average) {
  HWY_DYNAMIC_DISPATCH(Average)(size, momentum, w, average);
}

}  // namespace sluice
#endif
