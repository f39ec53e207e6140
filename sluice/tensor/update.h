#pragma once

#include <cstdint>

namespace sluice {

/// The weights w that a rule changes by the gradients g: flat arrays of `size` elements, padded to whole vectors with
/// zeros. Every rule takes `keep` · w for w, which is 1 without weight decay. Slots have the same size; each rule reads
/// and writes every array once.
struct UpdateArrays {
  int64_t size;
  float keep;
  const float* gradients;
  float* weights;
};

/// w -= rate · g.
void sgd_update(const UpdateArrays& arrays, double rate);

/// v = momentum · v - rate · g; w += v, or with Nesterov w += momentum · v - rate · g (Keras' SGD).
void momentum_update(const UpdateArrays& arrays, double rate, double momentum, bool nesterov, float* v);

/// What Adam and its relatives are made of.
struct AdamFactors {
  double rate;  ///< Already holds the correction of the bias, where a rule says so.
  double beta_1;
  double beta_2;
  double epsilon;
};

/// m += (g - m)(1 - β₁); v += (g² - v)(1 - β₂); w -= rate · m / (√v + ε), where `rate` already holds the correction of
/// the bias (Kingma and Ba 2015, section 2, last paragraph; as Keras does).
void adam_update(const UpdateArrays& arrays, const AdamFactors& factors, float* m, float* v);

/// As Adam with the largest v so far in the root: largest = max(largest, v) (Reddi et al. 2018, as Keras does).
void amsgrad_update(const UpdateArrays& arrays, const AdamFactors& factors, float* m, float* v, float* largest);

/// m += (g - m)(1 - β₁); u = max(β₂ u, |g|); w -= rate · m / (u + ε), where `rate` holds 1 / (1 - β₁ᵗ) (Kingma and Ba
/// 2015, section 7.1).
void adamax_update(const UpdateArrays& arrays, const AdamFactors& factors, float* m, float* u);

/// m and v as Adam's; w -= rate · (of_mean · m + of_gradient · g) / (√(v · of_square) + ε) (Dozat 2015, as Keras does).
struct NadamFactors {
  double of_mean;
  double of_gradient;
  double of_square;
};
void nadam_update(const UpdateArrays& arrays, const AdamFactors& factors, const NadamFactors& corrections, float* m,
                  float* v);

/// v = ρ v + (1 - ρ) g²; the step is rate · g / √(v + ε). With `mean` (else null): a = ρ a + (1 - ρ) g, and v - a²
/// stands for v in the root. With `speed` (else null): s = momentum · s + step is taken instead of the step.
struct RmspropFactors {
  double rate;
  double rho;
  double momentum;
  double epsilon;
};
void rmsprop_update(const UpdateArrays& arrays, const RmspropFactors& factors, float* v, float* speed, float* mean);

/// a += g²; w -= rate · g / √(a + ε) (Duchi et al. 2011, as Keras does).
void adagrad_update(const UpdateArrays& arrays, double rate, double epsilon, float* a);

/// a = ρ a + (1 - ρ) g²; Δ = g · √(b + ε) / √(a + ε); b = ρ b + (1 - ρ) Δ²; w -= rate · Δ (Zeiler 2012).
void adadelta_update(const UpdateArrays& arrays, double rate, double rho, double epsilon, float* a, float* b);

/// w -= rate · sign(β₁ m + (1 - β₁) g); m = β₂ m + (1 - β₂) g (Chen et al. 2023).
void lion_update(const UpdateArrays& arrays, double rate, double beta_1, double beta_2, float* m);

/// sums += g.
void accumulate_gradients(int64_t size, const float* g, float* sums);

/// g = (g + sums) / steps; sums = 0.
void take_accumulated_gradients(int64_t size, int64_t steps, float* g, float* sums);

/// The sum of the squares, in a fixed order.
double sum_of_squares(int64_t size, const float* g);

/// g *= factor.
void scale_gradients(int64_t size, double factor, float* g);

/// g is kept between -limit and limit.
void clip_gradients(int64_t size, double limit, float* g);

/// average = momentum · average + (1 - momentum) · w.
void average_weights(int64_t size, double momentum, const float* w, float* average);

}  // namespace sluice
