#include "sluice/nn/optimizers/adamax.h"

#include <cmath>

#include "sluice/nn/optimizers/optimizer_of_internal.h"

namespace sluice {
namespace {

class AdamaxOptimizer : public OptimizerOf<Adamax> {
 public:
  using OptimizerOf::OptimizerOf;

 protected:
  std::vector<Slot> rule_slots() const override { return {{"momentum"}, {"norm", true}}; }
  void apply(const UpdateArrays& arrays, double rate, int64_t number, std::span<Tensor> slots) const override {
    const double corrected = rate / (1 - std::pow(p.beta_1, static_cast<double>(number)));
    adamax_update(arrays, {corrected, p.beta_1, p.beta_2, p.epsilon}, slots[0].values<float>().data(),
                  slots[1].values<float>().data());
  }
};

}  // namespace

OptimizerPtr make(const Adamax& parameters) { return std::make_shared<AdamaxOptimizer>(parameters); }

OptimizerType adamax_type() { return named_type<Optimizer, Adamax, AdamaxOptimizer>(); }

}  // namespace sluice
