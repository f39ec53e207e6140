#include "sluice/nn/graph.h"

#include <algorithm>

#include "sluice/base/random.h"
#include "sluice/base/snake_case.h"
#include "sluice/nn/layers/input.h"

namespace sluice {
namespace {

constexpr int64_t variable_alignment = 16;

int64_t padded(int64_t count) { return (count + variable_alignment - 1) / variable_alignment * variable_alignment; }

std::vector<Shape> weight_shapes(const Graph& graph, int node) {
  std::vector<Shape> shapes;
  for (const WeightSpec& weight : graph.node_layer(node).weights(graph.input_shapes(node)))
    shapes.push_back(weight.shape);
  return shapes;
}

/// Checks that the weights of a layer, which its first call made, fit another call.
void check_shared(const Graph& graph, int node) {
  const int layer = graph.nodes()[node].layer;
  const auto first = std::ranges::find(graph.nodes(), layer, &Graph::Node::layer) - graph.nodes().begin();
  if (weight_shapes(graph, static_cast<int>(first)) == weight_shapes(graph, node)) return;
  throw invalid("[" + std::string(graph.node_layer(node).class_name()) + " " + graph.node_name(node) +
                "] is called again with an input of another shape, for which its weights do not fit");
}

void check_regularizer(const Graph::LayerEntry& entry, const WeightSpec& weight) {
  if (weight.regularizer == nullptr) return;
  try {
    weight.regularizer->check(weight.shape);
  } catch (const Error& error) {
    throw Error(error.code(), "[" + std::string(entry.layer->class_name()) + " " + entry.name + "] " + weight.name +
                                  "_regularizer: " + error.what());
  }
}

}  // namespace

std::vector<Shape> Graph::input_shapes(int node) const {
  std::vector<Shape> shapes;
  for (int input : nodes_[node].inputs) shapes.push_back(nodes_[input].shape);
  return shapes;
}

int64_t Graph::parameter_count() const {
  int64_t count = 0;
  for (const Variable& variable : variables_) count += element_count(variable.spec.shape);
  return count;
}

int64_t Graph::flop() const {
  int64_t total = 0;
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].inputs.empty()) continue;
    total += node_layer(static_cast<int>(node)).flop(input_shapes(static_cast<int>(node)));
  }
  return total;
}

bool Graph::sequential() const {
  if (inputs_.size() != 1 || outputs_.size() != 1 || layers_.size() != nodes_.size()) return false;
  for (size_t node = 1; node < nodes_.size(); ++node) {
    if (nodes_[node].inputs != std::vector<int>{static_cast<int>(node) - 1}) return false;
  }
  return outputs_[0] == static_cast<int>(nodes_.size()) - 1;
}

Tensor Graph::initial_weights(uint64_t seed) const {
  Tensor weights(DType::float32, {weight_size_});
  for (size_t i = 0; i < variables_.size(); ++i) {
    const WeightSpec& spec = variables_[i].spec;
    spec.initializer->fill(spec.shape, Random(seed, Purpose::initializer, static_cast<uint32_t>(i)),
                           variable_values(*this, weights, i).values<float>());
  }
  return weights;
}

Tensor variable_values(const Graph& graph, const Tensor& weights, size_t variable) {
  const Variable& info = graph.variables()[variable];
  return weights.slice(info.offset, info.offset + element_count(info.spec.shape)).reshaped(info.spec.shape);
}

int GraphBuilder::input(const Shape& shape, const std::string& name, const std::string& dtype) {
  return input(Input{.shape = shape, .dtype = dtype, .open = {}}, name);
}

int GraphBuilder::input(const Input& parameters, const std::string& name) {
  const int node = call(make(parameters), {}, name);
  graph_.inputs_.push_back(node);
  return node;
}

int GraphBuilder::call(LayerPtr layer, const std::vector<int>& inputs, const std::string& name, bool trainable) {
  const std::string chosen = name.empty() ? unique_name(layer->class_name()) : name;
  for (const Graph::LayerEntry& entry : graph_.layers_) {
    if (entry.name == chosen) throw invalid("two layers are named \"" + chosen + "\"");
  }
  graph_.layers_.push_back({chosen, std::move(layer), trainable});
  return add_node(static_cast<int>(graph_.layers_.size()) - 1, inputs);
}

int GraphBuilder::call_again(std::string_view layer_name, const std::vector<int>& inputs) {
  for (size_t i = 0; i < graph_.layers_.size(); ++i) {
    if (graph_.layers_[i].name != layer_name) continue;
    const int node = add_node(static_cast<int>(i), inputs);
    check_shared(graph_, node);
    return node;
  }
  throw invalid("no layer is named \"" + std::string(layer_name) + "\"");
}

Graph GraphBuilder::finish(const std::vector<int>& outputs) {
  if (graph_.inputs_.empty()) throw invalid("[" + graph_.name_ + "] a model needs an input");
  if (outputs.empty()) throw invalid("[" + graph_.name_ + "] a model needs an output");
  graph_.outputs_ = outputs;
  std::vector<Variable> variables;
  for (size_t layer = 0; layer < graph_.layers_.size(); ++layer) {
    const auto& nodes = graph_.nodes_;
    auto first = std::find_if(nodes.begin(), nodes.end(),
                              [&](const auto& node) { return node.layer == static_cast<int>(layer); });
    if (first->inputs.empty()) continue;
    const auto shapes = graph_.input_shapes(static_cast<int>(first - nodes.begin()));
    for (WeightSpec& spec : graph_.layers_[layer].layer->weights(shapes)) {
      check_regularizer(graph_.layers_[layer], spec);
      spec.trainable = spec.trainable && graph_.layers_[layer].trainable;
      variables.push_back({static_cast<int>(layer), std::move(spec), 0});
    }
  }
  int64_t offset = 0;
  for (bool trainable : {true, false}) {
    for (Variable& variable : variables) {
      if (variable.spec.trainable != trainable) continue;
      variable.offset = offset;
      offset += padded(element_count(variable.spec.shape));
    }
    if (trainable) graph_.trainable_size_ = offset;
  }
  graph_.weight_size_ = offset;
  graph_.variables_ = std::move(variables);
  return std::move(graph_);
}

std::string GraphBuilder::unique_name(std::string_view class_name) const {
  const std::string base = class_name == "InputLayer" ? "input_layer" : snake_case(class_name);
  auto taken = [&](const std::string& name) {
    return std::any_of(graph_.layers_.begin(), graph_.layers_.end(),
                       [&](const auto& entry) { return entry.name == name; });
  };
  std::string name = base;
  for (int n = 1; taken(name); ++n) name = base + "_" + std::to_string(n);
  return name;
}

int GraphBuilder::add_node(int layer, const std::vector<int>& inputs) {
  const Graph::LayerEntry& entry = graph_.layers_[layer];
  std::vector<Shape> shapes;
  for (int input : inputs) shapes.push_back(graph_.nodes_.at(input).shape);
  try {
    graph_.nodes_.push_back({layer, inputs, entry.layer->output_shape(shapes)});
  } catch (const Error& error) {
    const bool images_wanted = std::string_view(error.what()).starts_with("expected input [height");
    throw Error(error.code(), "[" + std::string(entry.layer->class_name()) + " " + entry.name + "] " + error.what() +
                                  (images_wanted && shapes.size() == 1 && shapes[0].size() == 2
                                       ? "; an image needs a channel dimension"
                                       : ""));
  }
  return static_cast<int>(graph_.nodes_.size()) - 1;
}

}  // namespace sluice
