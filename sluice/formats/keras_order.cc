#include "sluice/formats/keras_order.h"

#include <algorithm>

namespace sluice {
namespace {

// The walk from the outputs: nodes as they are finished, and the rank of each layer by its first visit.
class Walk {
 public:
  explicit Walk(const Graph& graph)
      : graph_(graph), visited_(graph.nodes().size()), ranks_(graph.layers().size(), unvisited) {
    for (int output : graph.outputs()) visit(output);
  }

  static constexpr int unvisited = -1;
  bool reaches(int node) const { return visited_[node]; }
  int rank(int layer) const { return ranks_[layer]; }
  const std::vector<int>& finished() const { return finished_; }

 private:
  const Graph& graph_;
  std::vector<bool> visited_;
  std::vector<int> ranks_;
  std::vector<int> finished_;
  int next_rank_ = 0;

  void visit(int node) {
    if (visited_[node]) return;
    visited_[node] = true;
    int& rank = ranks_[graph_.nodes()[node].layer];
    if (rank == unvisited) rank = next_rank_++;
    for (int input : graph_.nodes()[node].inputs) visit(input);
    finished_.push_back(node);
  }
};

// Calls between a layer and the outputs, at most; a shared layer never moves nearer to them than it was.
std::vector<int> layer_depths(const Graph& graph, const Walk& walk) {
  std::vector<int> nodes(graph.nodes().size(), 0);
  std::vector<int> layers(graph.layers().size(), 0);
  for (auto node = walk.finished().rbegin(); node != walk.finished().rend(); ++node) {
    const Graph::Node& call = graph.nodes()[*node];
    int depth = std::max(nodes[*node], layers[call.layer]);
    layers[call.layer] = depth;
    for (int input : call.inputs) nodes[input] = std::max(nodes[input], depth + 1);
  }
  return layers;
}

}  // namespace

std::vector<int> keras_layer_order(const Graph& graph) {
  Walk walk(graph);
  std::vector<int> order;
  for (int input : graph.inputs()) {
    if (!walk.reaches(input)) order.push_back(graph.nodes()[input].layer);
  }
  for (int layer = 0; layer < static_cast<int>(graph.layers().size()); ++layer) {
    if (walk.rank(layer) != Walk::unvisited) order.push_back(layer);
  }
  std::vector<int> depths = layer_depths(graph, walk);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return depths[a] != depths[b] ? depths[a] > depths[b] : walk.rank(a) < walk.rank(b);
  });
  return order;
}

std::vector<int> keras_calls(const Graph& graph, int layer) {
  Walk walk(graph);
  std::vector<int> calls;
  for (int node = 0; node < static_cast<int>(graph.nodes().size()); ++node) {
    const Graph::Node& call = graph.nodes()[node];
    if (call.layer == layer && (walk.reaches(node) || call.inputs.empty())) calls.push_back(node);
  }
  return calls;
}

}  // namespace sluice
