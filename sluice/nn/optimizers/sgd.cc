#include "sluice/nn/optimizers/sgd.h"

#include "sluice/nn/optimizers/optimizer_of_internal.h"

namespace sluice {
namespace {

class SgdOptimizer : public OptimizerOf<SGD> {
 public:
  using OptimizerOf::OptimizerOf;

 protected:
  std::vector<Slot> rule_slots() const override {
    return p.momentum == 0 ? std::vector<Slot>{} : std::vector<Slot>{{"momentum"}};
  }
  void apply(const UpdateArrays& arrays, double rate, int64_t, std::span<Tensor> slots) const override {
    if (p.momentum == 0) {
      sgd_update(arrays, rate);
    } else {
      momentum_update(arrays, rate, p.momentum, p.nesterov, slots[0].values<float>().data());
    }
  }
};

}  // namespace

OptimizerPtr make(const SGD& parameters) { return std::make_shared<SgdOptimizer>(parameters); }

OptimizerType sgd_type() { return named_type<Optimizer, SGD, SgdOptimizer>(); }

}  // namespace sluice
