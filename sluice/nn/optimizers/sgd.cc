#include "sluice/nn/optimizers/sgd.h"

#include "sluice/tensor/update.h"

namespace sluice {
namespace {

class SgdOptimizer : public ParameterNamed<Optimizer, SGD> {
 public:
  using ParameterNamed::ParameterNamed;
  double learning_rate() const override { return p.learning_rate; }
  std::vector<std::string> slot_names() const override {
    return p.momentum == 0 ? std::vector<std::string>{} : std::vector<std::string>{"momentum"};
  }
  void update(std::span<float> weights, std::span<const float> gradients, OptimizerState& state) const override {
    const auto n = static_cast<int64_t>(weights.size());
    const auto rate = static_cast<float>(p.learning_rate);
    if (p.momentum == 0) {
      sgd_update(n, rate, gradients.data(), weights.data());
    } else {
      momentum_update(n, rate, static_cast<float>(p.momentum), p.nesterov, gradients.data(),
                      state.slots[0].values<float>().data(), weights.data());
    }
    ++state.iterations;
  }
};

}  // namespace

OptimizerPtr make(const SGD& parameters) { return std::make_shared<SgdOptimizer>(parameters); }

OptimizerType sgd_type() { return named_type<Optimizer, SGD, SgdOptimizer>(); }

}  // namespace sluice
