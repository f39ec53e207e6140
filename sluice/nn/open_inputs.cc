#include "sluice/nn/open_inputs.h"

#include <algorithm>

#include "sluice/nn/changed_graph.h"
#include "sluice/nn/layers/input.h"

namespace sluice {
namespace {

using NamedRows = std::vector<std::pair<std::string, Shape>>;

const Shape* find(const NamedRows& rows, const std::string& name, bool single) {
  if (single && rows.size() == 1) return &rows[0].second;
  const auto found = std::ranges::find(rows, name, &NamedRows::value_type::first);
  return found == rows.end() ? nullptr : &found->second;
}

/// The shape of the input for such a row.
Shape bound_shape(const Input& input, Shape row) {
  if (row.size() + 1 == input.shape.size() && input.shape.back() == 1) row.push_back(1);
  if (row.size() != input.shape.size()) return input.shape;
  Shape shape = input.shape;
  for (int64_t dimension : input.open)
    shape[static_cast<size_t>(dimension - 1)] = row[static_cast<size_t>(dimension - 1)];
  return shape;
}

}  // namespace

Graph bound_graph(const Graph& graph, const std::vector<std::pair<std::string, Shape>>& rows) {
  LayersByIndex inputs;
  for (int node : graph.inputs()) {
    auto input = read_fields<Input>(graph.node_layer(node).config());
    const Shape* row = find(rows, graph.node_name(node), graph.inputs().size() == 1);
    if (row == nullptr || input.open.empty()) continue;
    const Shape shape = bound_shape(input, *row);
    if (shape == input.shape) continue;
    input.shape = shape;
    inputs[graph.nodes()[node].layer] = make(input);
  }
  return inputs.empty() ? graph : changed_graph(graph, inputs);
}

Graph bound_graph(const Graph& graph, const NamedTensors& inputs) {
  NamedRows rows;
  for (const auto& [name, tensor] : inputs) {
    if (!tensor.shape().empty()) rows.emplace_back(name, Shape(tensor.shape().begin() + 1, tensor.shape().end()));
  }
  return bound_graph(graph, rows);
}

}  // namespace sluice
