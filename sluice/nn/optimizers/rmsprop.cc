#include "sluice/nn/optimizers/rmsprop.h"

#include "sluice/nn/optimizers/optimizer_of_internal.h"

namespace sluice {
namespace {

class RMSpropOptimizer : public OptimizerOf<RMSprop> {
 public:
  using OptimizerOf::OptimizerOf;

 protected:
  std::vector<Slot> rule_slots() const override {
    std::vector<Slot> slots{{"velocity"}};
    if (p.momentum > 0) slots.push_back({"momentum"});
    if (p.centered) slots.push_back({"average_gradient"});
    return slots;
  }
  void apply(const UpdateArrays& arrays, double rate, int64_t, std::span<Tensor> slots) const override {
    float* speed = p.momentum > 0 ? slots[1].values<float>().data() : nullptr;
    float* mean = p.centered ? slots.back().values<float>().data() : nullptr;
    rmsprop_update(arrays, {rate, p.rho, p.momentum, p.epsilon}, slots[0].values<float>().data(), speed, mean);
  }
};

}  // namespace

OptimizerPtr make(const RMSprop& parameters) { return std::make_shared<RMSpropOptimizer>(parameters); }

OptimizerType rmsprop_type() { return named_type<Optimizer, RMSprop, RMSpropOptimizer>(); }

}  // namespace sluice
