#include "sluice/nn/optimizer.h"

#include "sluice/nn/optimizers/adam.h"
#include "sluice/nn/optimizers/sgd.h"

namespace sluice {

OptimizerState Optimizer::initial_state(int64_t trainable_size) const {
  OptimizerState state;
  for (size_t i = 0; i < slot_names().size(); ++i) state.slots.emplace_back(DType::float32, Shape{trainable_size});
  return state;
}

const std::vector<OptimizerType>& named_types(const Optimizer*) {
  static const std::vector<OptimizerType> types{sgd_type(), adam_type()};
  return types;
}

OptimizerPtr make_optimizer(std::string_view class_name, const Json& parameters, const std::string& path) {
  return make_named<Optimizer>(class_name, parameters, path);
}

}  // namespace sluice
