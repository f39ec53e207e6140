#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/nn/layer.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

struct Input;

/// A weight of a graph and its place in the flat float32 array that holds all weights. Trainable weights come first,
/// so that an optimizer's pass runs over one contiguous range; each starts at a multiple of 16 elements. Those of a
/// frozen layer are not trainable.
struct Variable {
  int layer;  ///< Index into Graph::layers().
  WeightSpec spec;
  int64_t offset;  ///< In elements.
};

/// An immutable network in Keras' functional model: layers, and nodes that are calls of layers. A shared layer has
/// several nodes. Nodes are in an order in which they can be computed.
class Graph {
 public:
  struct LayerEntry {
    std::string name;  ///< Unique in the graph.
    LayerPtr layer;
    bool trainable = true;  ///< A frozen layer keeps its weights, and normalises as in inference.
  };
  struct Node {
    int layer;                ///< Index into layers().
    std::vector<int> inputs;  ///< Indices into nodes(); empty for an input.
    Shape shape;              ///< Of the output, without the batch.
  };

  const std::string& name() const { return name_; }
  const std::vector<LayerEntry>& layers() const { return layers_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<int>& inputs() const { return inputs_; }    ///< Node indices.
  const std::vector<int>& outputs() const { return outputs_; }  ///< Node indices.
  const std::vector<Variable>& variables() const { return variables_; }

  /// The name of the layer that a node calls.
  const std::string& node_name(int node) const { return layers_[nodes_[node].layer].name; }
  const Layer& node_layer(int node) const { return *layers_[nodes_[node].layer].layer; }
  std::vector<Shape> input_shapes(int node) const;

  /// Sizes of the flat weight array, padding included.
  int64_t weight_size() const { return weight_size_; }
  int64_t trainable_size() const { return trainable_size_; }
  /// Number of weights, padding not included.
  int64_t parameter_count() const;

  /// Floating point operations of one forward pass of one row.
  int64_t flop() const;

  /// True when each layer has one node whose input is the one before it: Keras' Sequential.
  bool sequential() const;

  /// A new flat weight array filled by the initializers; depends on `seed`, the layer's position and nothing else.
  Tensor initial_weights(uint64_t seed) const;

 private:
  friend class GraphBuilder;
  std::string name_;
  std::vector<LayerEntry> layers_;
  std::vector<Node> nodes_;
  std::vector<int> inputs_;
  std::vector<int> outputs_;
  std::vector<Variable> variables_;
  int64_t weight_size_ = 0;
  int64_t trainable_size_ = 0;
};

/// The elements of one variable inside a flat weight array (shares them).
Tensor variable_values(const Graph& graph, const Tensor& weights, size_t variable);

/// Builds a graph call by call. Errors name the layer: "[Conv2D conv2d_1] expected …".
class GraphBuilder {
 public:
  explicit GraphBuilder(std::string name = "model") { graph_.name_ = std::move(name); }

  /// Adds an input; returns its node. `dtype` is what the model expects to be fed, such as "float32".
  int input(const Shape& shape, const std::string& name = "", const std::string& dtype = "float32");
  int input(const Input& parameters, const std::string& name = "");

  /// Adds a layer under a name of its own ("" draws Keras' next, such as conv2d_1) and calls it; returns the node.
  int call(LayerPtr layer, const std::vector<int>& inputs, const std::string& name = "", bool trainable = true);

  /// Calls a layer that was added before once more; returns the new node.
  int call_again(std::string_view layer_name, const std::vector<int>& inputs);

  const Shape& shape(int node) const { return graph_.nodes_.at(node).shape; }

  /// Finishes. Throws Error(invalid_argument) without outputs or inputs.
  Graph finish(const std::vector<int>& outputs);

 private:
  Graph graph_;

  std::string unique_name(std::string_view class_name) const;
  int add_node(int layer, const std::vector<int>& inputs);
};

}  // namespace sluice
