#include "sluice/nn/optimizers/nadam.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/optimizers/optimizer_of_internal.h"

namespace sluice {
namespace {

/// What the momentum of an update, from 1, is: it warms up to β₁.
double momentum_of(double beta_1, int64_t number) {
  return beta_1 * (1 - 0.5 * std::pow(0.96, static_cast<double>(number)));
}

/// The product of the momenta of all updates so far. Behind the first thousand they are β₁ to the last bit.
double product_of(double beta_1, int64_t updates) {
  constexpr int64_t warm = 1000;
  double product = 1;
  for (int64_t number = 1; number <= std::min(updates, warm); ++number) product *= momentum_of(beta_1, number);
  return product * std::pow(beta_1, static_cast<double>(std::max<int64_t>(0, updates - warm)));
}

class NadamOptimizer : public OptimizerOf<Nadam> {
 public:
  using OptimizerOf::OptimizerOf;

 protected:
  std::vector<Slot> rule_slots() const override { return {{"momentum"}, {"velocity", true}}; }
  /// Keras keeps the product.
  std::vector<double> rule_numbers(int64_t updates) const override { return {product_of(p.beta_1, updates)}; }
  void apply(const UpdateArrays& arrays, double rate, int64_t number, std::span<Tensor> slots) const override {
    const double now = momentum_of(p.beta_1, number), next = momentum_of(p.beta_1, number + 1);
    const double product = product_of(p.beta_1, number);
    const NadamFactors corrections{next / (1 - product * next), (1 - now) / (1 - product),
                                   1 / (1 - std::pow(p.beta_2, static_cast<double>(number)))};
    nadam_update(arrays, {rate, p.beta_1, p.beta_2, p.epsilon}, corrections, slots[0].values<float>().data(),
                 slots[1].values<float>().data());
  }
};

}  // namespace

OptimizerPtr make(const Nadam& parameters) { return std::make_shared<NadamOptimizer>(parameters); }

OptimizerType nadam_type() { return named_type<Optimizer, Nadam, NadamOptimizer>(); }

}  // namespace sluice
