#include "sluice/nn/optimizers/sgd.h"

#include "sluice/tensor/update.h"

namespace sluice {
namespace {

class SgdOptimizer : public Optimizer {
 public:
  explicit SgdOptimizer(const SGD& parameters) : p_(parameters) {}
  std::string_view class_name() const override { return SGD::class_name; }
  Json config() const override { return write_fields(p_); }
  double learning_rate() const override { return p_.learning_rate; }
  std::vector<std::string> slot_names() const override {
    return p_.momentum == 0 ? std::vector<std::string>{} : std::vector<std::string>{"momentum"};
  }
  void update(std::span<float> weights, std::span<const float> gradients, OptimizerState& state) const override {
    const auto n = static_cast<int64_t>(weights.size());
    const auto rate = static_cast<float>(p_.learning_rate);
    if (p_.momentum == 0) {
      sgd_update(n, rate, gradients.data(), weights.data());
    } else {
      momentum_update(n, rate, static_cast<float>(p_.momentum), p_.nesterov, gradients.data(),
                      state.slots[0].values<float>().data(), weights.data());
    }
    ++state.iterations;
  }

 private:
  SGD p_;
};

}  // namespace

OptimizerPtr make(const SGD& parameters) { return std::make_shared<SgdOptimizer>(parameters); }

OptimizerType sgd_type() {
  return {std::string(SGD::class_name), std::string(SGD::doc), describe_fields<SGD>(),
          [](const Json& json, const std::string& path) { return make(read_fields<SGD>(json, path)); }};
}

}  // namespace sluice
