#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/nn/graph.h"
#include "sluice/nn/loss.h"
#include "sluice/nn/metric.h"
#include "sluice/nn/optimizer.h"

namespace sluice {

/// How a model is trained and scored; one loss and one list of metrics for each output of the graph.
struct CompileConfig {
  OptimizerPtr optimizer;
  std::vector<LossPtr> losses;
  std::vector<std::vector<MetricPtr>> metrics;
  std::vector<double> loss_weights = {};  ///< Factors of the losses in the sum of them; empty: 1 each.
  std::vector<std::vector<MetricPtr>> weighted_metrics = {};  ///< In which rows count by their weights; empty: none.

  double loss_weight(size_t output) const { return loss_weights.empty() ? 1 : loss_weights[output]; }
};

/// A network with its weights: what a file holds.
struct Model {
  Graph graph;
  Tensor weights;  ///< Flat float32 [graph.weight_size()].
  std::optional<CompileConfig> compile;
  std::optional<OptimizerState> optimizer_state;
  Json facts;  ///< Ours, ignored by Keras: experiment, seeds, data hashes, class names. Null when there are none.
};

/// Arrays by name; "" names a single unnamed one. The first dimension is rows.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// Metrics by name in the order loss, then the metrics; several outputs: `<output>_<metric>`, `<output>_loss` too.
using Scores = std::vector<std::pair<std::string, double>>;

/// Arrays matched to a graph, checked and in the form that plans read.
struct Examples {
  std::vector<Tensor> inputs;   ///< One for each graph input, [rows, …input shape], any element type.
  std::vector<Tensor> labels;   ///< One for each output, see LabelKind. May be empty.
  std::vector<Tensor> weights;  ///< What a row counts in the loss of an output, float32 [rows]; empty: 1 each.
  int64_t rows() const { return inputs.empty() ? 0 : inputs[0].rows(); }
};

/// Matches arrays to the inputs of a graph by name (a single one needs none) and reshapes the rows when the element
/// counts agree. Throws Error(invalid_argument) naming input, expected shape and given shape.
Examples bind_inputs(const Graph& graph, const NamedTensors& inputs);

/// As above with labels: class numbers are checked against the number of classes and made one-hot where the loss wants
/// that. Throws Error(invalid_argument), for a bad label with its row and value.
Examples bind_examples(const Graph& graph, const CompileConfig& compile, const NamedTensors& inputs,
                       const NamedTensors& labels);

/// Checks that losses and metrics suit the outputs. Throws Error(invalid_argument) naming output and loss.
void check_compile(const Graph& graph, const CompileConfig& compile);

}  // namespace sluice
