#include "sluice/nn/optimizers/lion.h"

#include "sluice/nn/optimizers/optimizer_of_internal.h"

namespace sluice {
namespace {

class LionOptimizer : public OptimizerOf<Lion> {
 public:
  using OptimizerOf::OptimizerOf;

 protected:
  std::vector<Slot> rule_slots() const override { return {{"momentum"}}; }
  void apply(const UpdateArrays& arrays, double rate, int64_t, std::span<Tensor> slots) const override {
    lion_update(arrays, rate, p.beta_1, p.beta_2, slots[0].values<float>().data());
  }
};

}  // namespace

OptimizerPtr make(const Lion& parameters) { return std::make_shared<LionOptimizer>(parameters); }

OptimizerType lion_type() { return named_type<Optimizer, Lion, LionOptimizer>(); }

}  // namespace sluice
