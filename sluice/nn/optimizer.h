#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/params/fields.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// What an optimizer keeps between steps: how many were taken, and one flat array per slot over the trainable weights.
struct OptimizerState {
  int64_t iterations = 0;
  std::vector<Tensor> slots;  ///< float32 [trainable_size] each, in the order of `slot_names`.
};

/// The immutable description of an update rule in Keras' semantics.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// Keras' class name, such as "Adam".
  virtual std::string_view class_name() const = 0;
  /// Its parameters, such as {"learning_rate": 0.001, …}.
  virtual Json config() const = 0;
  virtual double learning_rate() const = 0;
  /// Keras' names of its slots, such as {"momentum", "velocity"}; empty for plain SGD.
  virtual std::vector<std::string> slot_names() const = 0;
  /// Takes step number `state.iterations` + 1 and counts it.
  virtual void update(std::span<float> weights, std::span<const float> gradients, OptimizerState& state) const = 0;

  /// A state before the first step.
  OptimizerState initial_state(int64_t trainable_size) const;
};

using OptimizerPtr = std::shared_ptr<const Optimizer>;

/// An optimizer class as users name it.
struct OptimizerType {
  std::string class_name;
  std::string doc;
  std::vector<FieldInfo> fields;
  OptimizerPtr (*create)(const Json& parameters, const std::string& path);
};

const std::vector<OptimizerType>& optimizer_types();

/// Creates an optimizer from its class and parameters. Throws PathError below `path`.
OptimizerPtr make_optimizer(std::string_view class_name, const Json& parameters, const std::string& path = "");

}  // namespace sluice
