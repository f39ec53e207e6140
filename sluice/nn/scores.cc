#include "sluice/nn/scores.h"

namespace sluice {

Scores mean_scores(const Graph& graph, const CompileConfig& compile, std::span<const double> sums, int64_t rows) {
  const bool single = graph.outputs().size() == 1;
  Scores scores{{"loss", 0.0}};
  size_t next = 0;
  auto mean = [&] { return sums[next++] / static_cast<double>(rows); };
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    const std::string prefix = single ? "" : graph.node_name(graph.outputs()[i]) + "_";
    const double loss = mean();
    scores[0].second += loss;
    if (!single) scores.emplace_back(prefix + "loss", loss);
    for (const MetricPtr& metric : compile.metrics[i])
      scores.emplace_back(prefix + std::string(metric->name()), mean());
  }
  return scores;
}

}  // namespace sluice
