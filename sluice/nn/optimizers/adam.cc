#include "sluice/nn/optimizers/adam.h"

#include <cmath>

#include "sluice/tensor/update.h"

namespace sluice {
namespace {

class AdamOptimizer : public Optimizer {
 public:
  explicit AdamOptimizer(const Adam& parameters) : p_(parameters) {}
  std::string_view class_name() const override { return Adam::class_name; }
  Json config() const override { return write_fields(p_); }
  double learning_rate() const override { return p_.learning_rate; }
  std::vector<std::string> slot_names() const override { return {"momentum", "velocity"}; }
  void update(std::span<float> weights, std::span<const float> gradients, OptimizerState& state) const override {
    const auto t = static_cast<double>(++state.iterations);
    const double rate = p_.learning_rate * std::sqrt(1 - std::pow(p_.beta_2, t)) / (1 - std::pow(p_.beta_1, t));
    adam_update(static_cast<int64_t>(weights.size()), static_cast<float>(rate), static_cast<float>(p_.beta_1),
                static_cast<float>(p_.beta_2), static_cast<float>(p_.epsilon), gradients.data(),
                state.slots[0].values<float>().data(), state.slots[1].values<float>().data(), weights.data());
  }

 private:
  Adam p_;
};

}  // namespace

OptimizerPtr make(const Adam& parameters) { return std::make_shared<AdamOptimizer>(parameters); }

OptimizerType adam_type() {
  return {std::string(Adam::class_name), std::string(Adam::doc), describe_fields<Adam>(),
          [](const Json& json, const std::string& path) { return make(read_fields<Adam>(json, path)); }};
}

}  // namespace sluice
