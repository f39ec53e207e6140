#include "sluice/nn/optimizers/adadelta.h"

#include "sluice/nn/optimizers/optimizer_of_internal.h"

namespace sluice {
namespace {

class AdadeltaOptimizer : public OptimizerOf<Adadelta> {
 public:
  using OptimizerOf::OptimizerOf;

 protected:
  std::vector<Slot> rule_slots() const override { return {{"accumulated_grad"}, {"accumulated_delta_var", true}}; }
  void apply(const UpdateArrays& arrays, double rate, int64_t, std::span<Tensor> slots) const override {
    adadelta_update(arrays, rate, p.rho, p.epsilon, slots[0].values<float>().data(), slots[1].values<float>().data());
  }
};

}  // namespace

OptimizerPtr make(const Adadelta& parameters) { return std::make_shared<AdadeltaOptimizer>(parameters); }

OptimizerType adadelta_type() { return named_type<Optimizer, Adadelta, AdadeltaOptimizer>(); }

}  // namespace sluice
