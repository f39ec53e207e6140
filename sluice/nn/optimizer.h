#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/nn/graph.h"
#include "sluice/nn/learning_rate.h"
#include "sluice/params/named.h"
#include "sluice/tensor/tensor.h"
#include "sluice/tensor/update.h"

namespace sluice {

/// What an optimizer keeps between steps: how many were taken, and one flat array per slot over the trainable weights.
struct OptimizerState {
  int64_t iterations = 0;     ///< Batches seen, also those whose gradients only accumulate.
  std::vector<Tensor> slots;  ///< float32 [trainable_size] each, in the order of `Optimizer::slots`.
  std::optional<double> learning_rate = std::nullopt;  ///< Set from outside; stands for the optimizer's number.
};

/// What Keras' optimizers take beside the parameters of their rule.
struct UpdateParameters {
  std::optional<double> weight_decay;
  std::optional<double> clipnorm;
  std::optional<double> global_clipnorm;
  std::optional<double> clipvalue;
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<int64_t> ema_overwrite_frequency;
  std::optional<int64_t> gradient_accumulation_steps;
  std::optional<double> loss_scale_factor;

  static constexpr auto update_fields() {
    using P = UpdateParameters;
    return std::tuple{
        field("weight_decay", &P::weight_decay, at_least(0), "weights shrink by learning_rate · this in each update"),
        field("clipnorm", &P::clipnorm, at_least(0), "largest norm of the gradient of one weight"),
        field("global_clipnorm", &P::global_clipnorm, at_least(0), "largest norm of all gradients together"),
        field("clipvalue", &P::clipvalue, at_least(0), "largest size of each element of a gradient"),
        field("use_ema", &P::use_ema, "whether training ends with the moving average of the weights"),
        field("ema_momentum", &P::ema_momentum, between(0, 1), "share of the moving average that is kept in a step"),
        field("ema_overwrite_frequency", &P::ema_overwrite_frequency, at_least(1),
              "updates after which the weights become their average; null: at the end"),
        field("gradient_accumulation_steps", &P::gradient_accumulation_steps, at_least(2),
              "batches whose mean gradient makes one update"),
        field("loss_scale_factor", &P::loss_scale_factor, above(0),
              "kept for Keras, which multiplies the loss by it and divides the gradients; float32 needs neither")};
  }
};

/// What one step of an optimizer works on.
struct UpdateTarget {
  std::span<float> weights;             ///< The trainable ones, flat.
  std::span<float> gradients;           ///< Theirs; used up by the step.
  std::span<const Variable> variables;  ///< Of the graph; those that are not trainable are left alone.
};

/// A flat array that an optimizer keeps.
struct Slot {
  std::string name;            ///< Keras' name, such as "momentum".
  bool with_previous = false;  ///< Keras stores it beside the slot before it, variable by variable.
  float initial = 0;
};

/// The immutable description of an update rule in Keras' semantics. A step accumulates gradients, clips them, shrinks
/// the weights, follows the rule, keeps the moving average and holds the constraints, in this order.
class Optimizer : public Named {
 public:
  virtual const LearningRate& learning_rate() const = 0;

  /// The rate of the next step.
  double learning_rate(const OptimizerState& state) const;

  /// What it keeps, in Keras' order: the moving average, accumulated gradients, then what the rule needs.
  std::vector<Slot> slots() const;

  /// Numbers that Keras stores behind the slots; they follow from the state.
  std::vector<double> numbers(const OptimizerState& state) const { return rule_numbers(updates(state)); }

  /// A state before the first step.
  OptimizerState initial_state(int64_t trainable_size) const;

  /// Takes one step and counts it.
  void update(const UpdateTarget& target, OptimizerState& state) const;

  /// Ends a training: with `use_ema`, the weights become their average.
  void finish(std::span<float> weights, const OptimizerState& state) const;

 protected:
  virtual const UpdateParameters& update_parameters() const = 0;
  virtual std::vector<Slot> rule_slots() const { return {}; }
  virtual std::vector<double> rule_numbers(int64_t) const { return {}; }
  /// Makes update number `number`, from 1, at a rate; `slots` are the rule's.
  virtual void apply(const UpdateArrays& arrays, double rate, int64_t number, std::span<Tensor> slots) const = 0;

 private:
  /// Updates made so far.
  int64_t updates(const OptimizerState& state) const;
};

using OptimizerPtr = std::shared_ptr<const Optimizer>;

using OptimizerType = NamedType<Optimizer>;

constexpr std::string_view kind_name(const Optimizer*) { return "optimizer"; }
constexpr std::string_view keras_module(const Optimizer*) { return "keras.optimizers"; }

/// Every optimizer.
const std::vector<OptimizerType>& named_types(const Optimizer*);

/// Creates an optimizer from its class and parameters. Throws PathError below `path`.
OptimizerPtr make_optimizer(std::string_view class_name, const Json& parameters, const std::string& path = "");

/// Returns the same optimizer with another learning rate.
OptimizerPtr with_learning_rate(const Optimizer& optimizer, const LearningRate& rate);

/// Returns the optimizer with what its schedule leaves open taken from a training of so many steps. Throws
/// Error(invalid_argument) when something is still open.
OptimizerPtr with_steps(const OptimizerPtr& optimizer, int64_t steps);

}  // namespace sluice
