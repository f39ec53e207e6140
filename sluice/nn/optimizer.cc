#include "sluice/nn/optimizer.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/optimizers/adadelta.h"
#include "sluice/nn/optimizers/adagrad.h"
#include "sluice/nn/optimizers/adam.h"
#include "sluice/nn/optimizers/adamax.h"
#include "sluice/nn/optimizers/lion.h"
#include "sluice/nn/optimizers/nadam.h"
#include "sluice/nn/optimizers/optimizer_of_internal.h"
#include "sluice/nn/optimizers/rmsprop.h"
#include "sluice/nn/optimizers/sgd.h"

namespace sluice {
namespace {

/// Calls work(variable, its size) for each trainable variable.
template <class Work>
void for_each_trainable(std::span<const Variable> variables, const Work& work) {
  for (const Variable& variable : variables) {
    if (variable.spec.trainable) work(variable, element_count(variable.spec.shape));
  }
}

/// Arrays are padded to whole vectors with zeros.
int64_t padded(int64_t size) { return (size + 15) / 16 * 16; }

int64_t size_of(const UpdateTarget& target) { return static_cast<int64_t>(target.weights.size()); }

/// Adds the gradients of a batch to the sums, or in the last of `steps` batches takes the mean of all; returns whether
/// it is the last.
bool collect(const UpdateTarget& target, int64_t steps, int64_t iterations, Tensor& sums) {
  const bool last = (iterations + 1) % steps == 0;
  float* g = target.gradients.data();
  if (last) {
    take_accumulated_gradients(size_of(target), steps, g, sums.values<float>().data());
  } else {
    accumulate_gradients(size_of(target), g, sums.values<float>().data());
  }
  return last;
}

void clip_norms(const UpdateTarget& target, double most) {
  for_each_trainable(target.variables, [&](const Variable& variable, int64_t size) {
    float* g = target.gradients.data() + variable.offset;
    const double norm = std::sqrt(sum_of_squares(padded(size), g));
    if (!(norm <= most)) scale_gradients(padded(size), most / norm, g);
  });
}

void clip_global_norm(const UpdateTarget& target, double most) {
  const double norm = std::sqrt(sum_of_squares(size_of(target), target.gradients.data()));
  if (!(norm <= most)) scale_gradients(size_of(target), most / norm, target.gradients.data());
}

/// As Keras, a limit of zero is none.
void clip(const UpdateTarget& target, const UpdateParameters& p) {
  if (p.clipnorm.value_or(0) > 0) {
    clip_norms(target, *p.clipnorm);
  } else if (p.global_clipnorm.value_or(0) > 0) {
    clip_global_norm(target, *p.global_clipnorm);
  } else if (p.clipvalue.value_or(0) > 0) {
    clip_gradients(size_of(target), *p.clipvalue, target.gradients.data());
  }
}

/// Brings the moving average up to date. The first update starts it, as do all batches before the second.
void average(const UpdateTarget& target, const UpdateParameters& p, int64_t updates, Tensor& slot) {
  auto values = slot.values<float>();
  average_weights(size_of(target), updates == 0 ? 0 : p.ema_momentum, target.weights.data(), values.data());
  const bool overwrite = p.ema_overwrite_frequency && (updates + 1) % *p.ema_overwrite_frequency == 0;
  if (overwrite) std::ranges::copy(values, target.weights.begin());
}

void constrain(const UpdateTarget& target) {
  for_each_trainable(target.variables, [&](const Variable& variable, int64_t size) {
    if (variable.spec.constraint == nullptr) return;
    variable.spec.constraint->apply(
        variable.spec.shape, target.weights.subspan(static_cast<size_t>(variable.offset), static_cast<size_t>(size)));
  });
}

}  // namespace

void check_update_parameters(std::string_view class_name, const UpdateParameters& parameters) {
  const int limits =
      parameters.clipnorm.has_value() + parameters.global_clipnorm.has_value() + parameters.clipvalue.has_value();
  if (limits <= 1) return;
  throw invalid(std::string(class_name) + ": expected one of clipnorm, global_clipnorm and clipvalue, got " +
                std::to_string(limits));
}

double Optimizer::learning_rate(const OptimizerState& state) const {
  return state.learning_rate ? *state.learning_rate : learning_rate().at(state.iterations);
}

int64_t Optimizer::updates(const OptimizerState& state) const {
  return state.iterations / update_parameters().gradient_accumulation_steps.value_or(1);
}

std::vector<Slot> Optimizer::slots() const {
  std::vector<Slot> slots;
  if (update_parameters().use_ema) slots.push_back({"average"});
  if (update_parameters().gradient_accumulation_steps) slots.push_back({"gradient_accumulator"});
  std::ranges::move(rule_slots(), std::back_inserter(slots));
  return slots;
}

OptimizerState Optimizer::initial_state(int64_t trainable_size) const {
  OptimizerState state;
  for (const Slot& slot : slots()) {
    Tensor& values = state.slots.emplace_back(DType::float32, Shape{trainable_size});
    if (slot.initial != 0) std::ranges::fill(values.values<float>(), slot.initial);
  }
  return state;
}

void Optimizer::update(const UpdateTarget& target, OptimizerState& state) const {
  const UpdateParameters& p = update_parameters();
  const int64_t done = updates(state);
  const bool due = !p.gradient_accumulation_steps ||
                   collect(target, *p.gradient_accumulation_steps, state.iterations, state.slots[p.use_ema]);
  if (due) {
    const double rate = learning_rate(state);
    clip(target, p);
    const auto keep = static_cast<float>(1 - p.weight_decay.value_or(0) * rate);
    const size_t others = p.use_ema + p.gradient_accumulation_steps.has_value();
    apply({size_of(target), keep, target.gradients.data(), target.weights.data()}, rate, done + 1,
          std::span(state.slots).subspan(others));
  }
  if (p.use_ema) average(target, p, done, state.slots[0]);
  constrain(target);
  ++state.iterations;
}

void Optimizer::finish(std::span<float> weights, const OptimizerState& state) const {
  if (!update_parameters().use_ema || state.iterations == 0) return;
  std::ranges::copy(state.slots.front().values<float>(), weights.begin());
}

const std::vector<OptimizerType>& named_types(const Optimizer*) {
  static const std::vector<OptimizerType> types{
      sgd_type(),  adam_type(),    adamw_type(),   adamax_type(),   nadam_type(),
      lion_type(), rmsprop_type(), adagrad_type(), adadelta_type(),
  };
  return types;
}

OptimizerPtr make_optimizer(std::string_view class_name, const Json& parameters, const std::string& path) {
  return make_named<Optimizer>(class_name, parameters, path);
}

OptimizerPtr with_learning_rate(const Optimizer& optimizer, const LearningRate& rate) {
  Json config = optimizer.config();
  config["learning_rate"] = FieldType<LearningRate>::write(rate);
  return make_optimizer(optimizer.class_name(), config);
}

OptimizerPtr with_steps(const OptimizerPtr& optimizer, int64_t steps) {
  const SchedulePtr& schedule = optimizer->learning_rate().schedule;
  if (schedule == nullptr) return optimizer;
  SchedulePtr filled = schedule->filled({.steps = steps});
  filled->check_filled();
  return with_learning_rate(*optimizer, filled);
}

}  // namespace sluice
