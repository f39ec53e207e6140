#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/params/named.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// What an optimizer keeps between steps: how many were taken, and one flat array per slot over the trainable weights.
struct OptimizerState {
  int64_t iterations = 0;
  std::vector<Tensor> slots;  ///< float32 [trainable_size] each, in the order of `slot_names`.
};

/// The immutable description of an update rule in Keras' semantics.
class Optimizer : public Named {
 public:
  virtual double learning_rate() const = 0;
  /// Keras' names of its slots, such as {"momentum", "velocity"}; empty for plain SGD.
  virtual std::vector<std::string> slot_names() const = 0;
  /// Takes step number `state.iterations` + 1 and counts it.
  virtual void update(std::span<float> weights, std::span<const float> gradients, OptimizerState& state) const = 0;

  /// A state before the first step.
  OptimizerState initial_state(int64_t trainable_size) const;
};

using OptimizerPtr = std::shared_ptr<const Optimizer>;

using OptimizerType = NamedType<Optimizer>;

constexpr std::string_view kind_name(const Optimizer*) { return "optimizer"; }
constexpr std::string_view keras_module(const Optimizer*) { return "keras.optimizers"; }

/// Every optimizer.
const std::vector<OptimizerType>& named_types(const Optimizer*);

/// Creates an optimizer from its class and parameters. Throws PathError below `path`.
OptimizerPtr make_optimizer(std::string_view class_name, const Json& parameters, const std::string& path = "");

}  // namespace sluice
