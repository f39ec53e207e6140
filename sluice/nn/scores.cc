#include "sluice/nn/scores.h"

namespace sluice {

Scores mean_scores(const Graph& graph, const CompileConfig& compile, std::span<const double> sums, int64_t rows) {
  const bool single = graph.outputs().size() == 1;
  Scores scores{{"loss", 0.0}};
  const auto count = static_cast<double>(rows);
  size_t next = 0;
  double total = 0;
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    const int node = graph.outputs()[i];
    const std::string prefix = single ? "" : graph.node_name(node) + "_";
    const double loss = sums[next++] / count;
    total += compile.loss_weight(i) * loss;
    if (!single) scores.emplace_back(prefix + "loss", loss);
    for (const MetricPtr& metric : compile.metrics[i]) {
      const auto size = static_cast<size_t>(metric->sums(graph.nodes()[node].shape));
      scores.emplace_back(prefix + metric->name(), metric->result(sums.subspan(next, size), count));
      next += size;
    }
  }
  scores[0].second = total + sums[next] / count;
  return scores;
}

}  // namespace sluice
