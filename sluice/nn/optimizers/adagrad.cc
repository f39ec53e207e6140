#include "sluice/nn/optimizers/adagrad.h"

#include "sluice/nn/optimizers/optimizer_of_internal.h"

namespace sluice {
namespace {

class AdagradOptimizer : public OptimizerOf<Adagrad> {
 public:
  using OptimizerOf::OptimizerOf;

 protected:
  std::vector<Slot> rule_slots() const override {
    return {{"accumulator", false, static_cast<float>(p.initial_accumulator_value)}};
  }
  void apply(const UpdateArrays& arrays, double rate, int64_t, std::span<Tensor> slots) const override {
    adagrad_update(arrays, rate, p.epsilon, slots[0].values<float>().data());
  }
};

}  // namespace

OptimizerPtr make(const Adagrad& parameters) { return std::make_shared<AdagradOptimizer>(parameters); }

OptimizerType adagrad_type() { return named_type<Optimizer, Adagrad, AdagradOptimizer>(); }

}  // namespace sluice
