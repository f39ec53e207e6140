#include "sluice/nn/optimizers/adam.h"

#include <cmath>

#include "sluice/tensor/update.h"

namespace sluice {
namespace {

class AdamOptimizer : public ParameterNamed<Optimizer, Adam> {
 public:
  using ParameterNamed::ParameterNamed;
  double learning_rate() const override { return p.learning_rate; }
  std::vector<std::string> slot_names() const override { return {"momentum", "velocity"}; }
  void update(std::span<float> weights, std::span<const float> gradients, OptimizerState& state) const override {
    const auto t = static_cast<double>(++state.iterations);
    const double rate = p.learning_rate * std::sqrt(1 - std::pow(p.beta_2, t)) / (1 - std::pow(p.beta_1, t));
    adam_update(static_cast<int64_t>(weights.size()), static_cast<float>(rate), static_cast<float>(p.beta_1),
                static_cast<float>(p.beta_2), static_cast<float>(p.epsilon), gradients.data(),
                state.slots[0].values<float>().data(), state.slots[1].values<float>().data(), weights.data());
  }
};

}  // namespace

OptimizerPtr make(const Adam& parameters) { return std::make_shared<AdamOptimizer>(parameters); }

OptimizerType adam_type() { return named_type<Optimizer, Adam, AdamOptimizer>(); }

}  // namespace sluice
