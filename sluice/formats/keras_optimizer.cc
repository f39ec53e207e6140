#include "sluice/formats/keras_optimizer.h"

#include <algorithm>

#include "sluice/base/snake_case.h"
#include "sluice/formats/keras_weights.h"

namespace sluice {
namespace {

constexpr const char* group = "/optimizer/vars";
constexpr size_t first_slot = 2;  // After the iteration and the learning rate.

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

}  // namespace

void write_keras_optimizer(Hdf5Writer& file, const Graph& graph, const Optimizer& optimizer,
                           const std::optional<OptimizerState>& state, const std::vector<int>& order) {
  file.group(group);
  file.attribute(group, "name", snake_case(optimizer.class_name()));
  file.write(dataset_name(0), scalar<int64_t>(state ? state->iterations : 0));
  file.write(dataset_name(1), scalar(static_cast<float>(optimizer.learning_rate())));
  if (!state) return;
  size_t index = first_slot;
  for (const Variable* variable : trainable_variables(graph, order)) {
    for (const Tensor& slot : state->slots) file.write(dataset_name(index++), slot_values(slot, *variable));
  }
}

std::optional<OptimizerState> read_keras_optimizer(const Hdf5Reader& file, const Graph& graph,
                                                   const Optimizer& optimizer, const std::vector<int>& order) {
  auto variables = trainable_variables(graph, order);
  size_t slots = optimizer.slot_names().size();
  size_t expected = first_slot + variables.size() * slots;
  if (!file.is_group(group) || file.members(group).size() != expected) return std::nullopt;
  OptimizerState state = optimizer.initial_state(graph.trainable_size());
  state.iterations = read_iterations(file);
  for (size_t i = 0; i < variables.size() * slots; ++i) {
    read_slot(file, dataset_name(first_slot + i), *variables[i / slots], state.slots[i % slots]);
  }
  return state;
}

}  // namespace sluice
