#include "sluice/nn/optimizers/adam.h"

#include <cmath>

#include "sluice/nn/optimizers/optimizer_of_internal.h"

namespace sluice {
namespace {

/// Adam, and AdamW, which differs in a default.
template <class Parameters>
class AdamOptimizer : public OptimizerOf<Parameters> {
 public:
  using OptimizerOf<Parameters>::OptimizerOf;

 protected:
  using OptimizerOf<Parameters>::p;
  std::vector<Slot> rule_slots() const override {
    std::vector<Slot> slots{{"momentum"}, {"velocity", true}};
    if (p.amsgrad) slots.push_back({"velocity_hat"});
    return slots;
  }
  void apply(const UpdateArrays& arrays, double rate, int64_t number, std::span<Tensor> slots) const override {
    const auto t = static_cast<double>(number);
    const AdamFactors factors{rate * std::sqrt(1 - std::pow(p.beta_2, t)) / (1 - std::pow(p.beta_1, t)), p.beta_1,
                              p.beta_2, p.epsilon};
    float* m = slots[0].template values<float>().data();
    float* v = slots[1].template values<float>().data();
    if (p.amsgrad) {
      amsgrad_update(arrays, factors, m, v, slots[2].template values<float>().data());
    } else {
      adam_update(arrays, factors, m, v);
    }
  }
};

}  // namespace

OptimizerPtr make(const Adam& parameters) { return std::make_shared<AdamOptimizer<Adam>>(parameters); }

OptimizerType adam_type() { return named_type<Optimizer, Adam, AdamOptimizer<Adam>>(); }

OptimizerPtr make(const AdamW& parameters) { return std::make_shared<AdamOptimizer<AdamW>>(parameters); }

OptimizerType adamw_type() { return named_type<Optimizer, AdamW, AdamOptimizer<AdamW>>(); }

}  // namespace sluice
