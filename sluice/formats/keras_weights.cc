#include "sluice/formats/keras_weights.h"

#include <algorithm>
#include <map>

#include "sluice/base/snake_case.h"

namespace sluice {
namespace {

// Where each layer's weights lie, in the order of `order`.
std::vector<std::string> layer_groups(const Graph& graph, const std::vector<int>& order) {
  std::map<std::string, int> used;
  std::vector<std::string> groups;
  for (int layer : order) {
    std::string name = snake_case(graph.layers()[layer].layer->class_name());
    int count = used[name]++;
    groups.push_back("/layers/" + name + (count == 0 ? "" : "_" + std::to_string(count)) + "/vars");
  }
  return groups;
}

std::string layer_text(const Graph& graph, int layer) {
  const auto& entry = graph.layers()[layer];
  return "layer " + entry.name + " (" + std::string(entry.layer->class_name()) + ")";
}

void check_count(const Hdf5Reader& file, const std::string& group, size_t expected, const std::string& layer) {
  size_t count = file.is_group(group) ? file.members(group).size() : 0;
  if (count == expected) return;
  throw invalid(layer + ": expected " + std::to_string(expected) + " weights, the file has " + std::to_string(count));
}

Tensor read_variable(const Hdf5Reader& file, const std::string& dataset, const WeightSpec& spec,
                     const std::string& layer) {
  if (!file.is_dataset(dataset)) throw invalid(layer + ": its " + spec.name + " is missing (" + dataset + ")");
  Tensor values = file.read(dataset);
  if (values.shape() != spec.shape) {
    throw invalid(layer + ": expected a " + spec.name + " of shape " + to_string(spec.shape) + ", the file has " +
                  to_string(values.shape()));
  }
  return values.cast(DType::float32);
}

// By variable; read before the flat array is made, so that its size is backed by data.
std::vector<Tensor> read_variables(const Hdf5Reader& file, const KerasGraph& model) {
  const auto& [graph, order, groups] = model;
  std::vector<Tensor> variables(graph.variables().size());
  for (size_t i = 0; i < order.size(); ++i) {
    auto indices = layer_variables(graph, order[i]);
    std::string layer = layer_text(graph, order[i]);
    if (!indices.empty()) check_count(file, groups[i], indices.size(), layer);
    for (size_t j = 0; j < indices.size(); ++j) {
      const WeightSpec& spec = graph.variables()[indices[j]].spec;
      variables[indices[j]] = read_variable(file, groups[i] + "/" + std::to_string(j), spec, layer);
    }
  }
  return variables;
}

}  // namespace

void write_keras_weights(Hdf5Writer& file, const Graph& graph, const Tensor& weights, const std::vector<int>& order) {
  std::vector<std::string> groups = layer_groups(graph, order);
  for (size_t i = 0; i < order.size(); ++i) {
    file.group(groups[i]);
    file.attribute(groups[i], "name", graph.layers()[order[i]].name);
    auto indices = layer_variables(graph, order[i]);
    for (size_t j = 0; j < indices.size(); ++j) {
      file.write(groups[i] + "/" + std::to_string(j), variable_values(graph, weights, indices[j]));
    }
  }
}

Tensor read_keras_weights(const Hdf5Reader& file, const KerasGraph& model) {
  const Graph& graph = model.graph;
  std::vector<Tensor> variables = read_variables(file, model);
  Tensor weights(DType::float32, {graph.weight_size()});
  for (size_t i = 0; i < variables.size(); ++i) {
    auto values = std::as_const(variables[i]).values<float>();
    std::copy(values.begin(), values.end(), weights.values<float>().begin() + graph.variables()[i].offset);
  }
  return weights;
}

std::vector<size_t> layer_variables(const Graph& graph, int layer) {
  std::vector<size_t> indices;
  for (size_t i = 0; i < graph.variables().size(); ++i) {
    if (graph.variables()[i].layer == layer) indices.push_back(i);
  }
  return indices;
}

}  // namespace sluice
