#include "sluice/formats/keras_optimizer.h"

#include <algorithm>

#include "sluice/base/snake_case.h"
#include "sluice/formats/keras_weights.h"

namespace sluice {
namespace {

constexpr const char* group = "/optimizer/vars";

/// Variables before the slots: the iteration, and a learning rate that is a number.
size_t first_slot(const Optimizer& optimizer) { return optimizer.learning_rate().schedule ? 1 : 2; }

std::string dataset_name(size_t index) { return std::string(group) + "/" + std::to_string(index); }

std::vector<const Variable*> trainable_variables(const Graph& graph, const std::vector<int>& order) {
  std::vector<const Variable*> variables;
  for (int layer : order) {
    for (size_t index : layer_variables(graph, layer)) {
      const Variable& variable = graph.variables()[index];
      if (variable.spec.trainable) variables.push_back(&variable);
    }
  }
  return variables;
}

template <class T>
Tensor scalar(T value) {
  return Tensor::of<T>({}, std::span<const T>(&value, 1));
}

/// One slot of one variable.
struct SlotPart {
  size_t slot;
  const Variable* variable;
};

/// The parts of all slots in the order of Keras' variables: slots that stand together go variable by variable.
std::vector<SlotPart> slot_parts(const Optimizer& optimizer, const std::vector<const Variable*>& variables) {
  std::vector<SlotPart> parts;
  const std::vector<Slot> slots = optimizer.slots();
  for (size_t first = 0, end = 0; first < slots.size(); first = end) {
    for (end = first + 1; end < slots.size() && slots[end].with_previous;) ++end;
    for (const Variable* variable : variables) {
      for (size_t slot = first; slot < end; ++slot) parts.push_back({slot, variable});
    }
  }
  return parts;
}

Tensor slot_values(const Tensor& slot, const Variable& variable) {
  int64_t size = element_count(variable.spec.shape);
  return slot.slice(variable.offset, variable.offset + size).reshaped(variable.spec.shape);
}

int64_t read_iterations(const Hdf5Reader& file) {
  Tensor iterations = file.read(dataset_name(0));
  if (iterations.size() != 1) throw invalid("the optimizer's number of steps is no number");
  return std::as_const(iterations).cast(DType::int64).values<int64_t>()[0];
}

void read_slot(const Hdf5Reader& file, const std::string& dataset, const Variable& variable, Tensor& slot) {
  Tensor values = file.read(dataset);
  if (values.shape() != variable.spec.shape) {
    throw invalid("optimizer variable " + dataset + ": expected shape " + to_string(variable.spec.shape) +
                  ", the file has " + to_string(values.shape()));
  }
  values = values.cast(DType::float32);
  auto elements = std::as_const(values).values<float>();
  std::copy(elements.begin(), elements.end(), slot.values<float>().begin() + variable.offset);
}

/// A rate that differs from the optimizer's own was set in training.
void read_learning_rate(const Hdf5Reader& file, const Optimizer& optimizer, OptimizerState& state) {
  Tensor rate = file.read(dataset_name(1));
  if (rate.size() != 1) throw invalid("the optimizer's learning rate is no number");
  const float value = std::as_const(rate).cast(DType::float32).values<float>()[0];
  if (value != static_cast<float>(optimizer.learning_rate().value)) state.learning_rate = value;
}

}  // namespace

void write_keras_optimizer(Hdf5Writer& file, const Graph& graph, const Optimizer& optimizer,
                           const std::optional<OptimizerState>& state, const std::vector<int>& order) {
  file.group(group);
  file.attribute(group, "name", snake_case(optimizer.class_name()));
  const OptimizerState start = state ? *state : OptimizerState();
  file.write(dataset_name(0), scalar<int64_t>(start.iterations));
  size_t index = first_slot(optimizer);
  if (index > 1) file.write(dataset_name(1), scalar(static_cast<float>(optimizer.learning_rate(start))));
  if (!state) return;
  for (const auto& [slot, variable] : slot_parts(optimizer, trainable_variables(graph, order))) {
    file.write(dataset_name(index++), slot_values(start.slots[slot], *variable));
  }
  for (double number : optimizer.numbers(start)) file.write(dataset_name(index++), scalar(static_cast<float>(number)));
}

std::optional<OptimizerState> read_keras_optimizer(const Hdf5Reader& file, const Graph& graph,
                                                   const Optimizer& optimizer, const std::vector<int>& order) {
  const auto parts = slot_parts(optimizer, trainable_variables(graph, order));
  OptimizerState state = optimizer.initial_state(graph.trainable_size());
  size_t index = first_slot(optimizer);
  const size_t expected = index + parts.size() + optimizer.numbers(state).size();
  if (!file.is_group(group) || file.members(group).size() != expected) return std::nullopt;
  state.iterations = read_iterations(file);
  if (index > 1) read_learning_rate(file, optimizer, state);
  for (const auto& [slot, variable] : parts) read_slot(file, dataset_name(index++), *variable, state.slots[slot]);
  return state;
}

}  // namespace sluice
