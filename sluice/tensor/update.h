#pragma once

#include <cstdint>

namespace sluice {

/// w -= rate · g.
void sgd_update(int64_t n, float rate, const float* g, float* w);

/// v = momentum · v - rate · g; w += v, or with Nesterov w += momentum · v - rate · g (Keras' SGD).
void momentum_update(int64_t n, float rate, float momentum, bool nesterov, const float* g, float* v, float* w);

/// m += (g - m)(1 - β₁); v += (g² - v)(1 - β₂); w -= rate · m / (√v + ε), where `rate` already holds the correction of
/// the bias (Kingma and Ba 2015, section 2, last paragraph; as Keras does).
void adam_update(int64_t n, float rate, float beta_1, float beta_2, float epsilon, const float* g, float* m, float* v,
                 float* w);

}  // namespace sluice
