#include "sluice/nn/scores.h"

#include <algorithm>

namespace sluice {
namespace {

/// Collects entries one behind the other.
class EntryList {
 public:
  EntryList(const Graph& graph, const CompileConfig& compile) : graph_(graph), compile_(compile) {}

  std::vector<ScoreEntry> finish() {
    for (size_t output = 0; output < graph_.outputs().size(); ++output) add_output(output);
    return std::move(entries_);
  }

 private:
  void add_output(size_t output) {
    const bool single = graph_.outputs().size() == 1;
    const std::string loss_name = graph_.node_name(graph_.outputs()[output]) + "_loss";
    add({.kind = ScoreKind::loss, .output = output, .names = single ? Names{} : Names{loss_name}});
    for (const MetricPtr& metric : compile_.metrics[output]) add_metric(ScoreKind::metric, output, *metric);
    if (compile_.weighted_metrics.empty() || compile_.weighted_metrics[output].empty()) return;
    add({.kind = ScoreKind::weight, .output = output, .names = {}});
    for (const MetricPtr& metric : compile_.weighted_metrics[output])
      add_metric(ScoreKind::weighted_metric, output, *metric);
  }

  void add_metric(ScoreKind kind, size_t output, const Metric& metric) {
    const int node = graph_.outputs()[output];
    const std::string prefix = graph_.outputs().size() == 1 ? "" : graph_.node_name(node) + "_";
    const Shape& shape = graph_.nodes()[node].shape;
    Names names;
    for (const std::string& name : metric.names(shape)) names.push_back(free_name(kind, prefix, name));
    add({.kind = kind,
         .output = output,
         .metric = &metric,
         .sums = static_cast<size_t>(metric.sums(shape)),
         .names = std::move(names)});
  }

  void add(ScoreEntry entry) {
    entry.first = entries_.empty() ? 0 : entries_.back().first + entries_.back().sums;
    taken_.insert(taken_.end(), entry.names.begin(), entry.names.end());
    entries_.push_back(std::move(entry));
  }

  bool is_taken(const std::string& name) const { return std::ranges::find(taken_, name) != taken_.end(); }

  std::string free_name(ScoreKind kind, const std::string& prefix, const std::string& name) const {
    std::string free = prefix + name;
    if (kind == ScoreKind::weighted_metric && is_taken(free)) free = prefix + "weighted_" + name;
    const std::string base = free;
    for (int number = 1; is_taken(free); ++number) free = base + "_" + std::to_string(number);
    return free;
  }

  using Names = std::vector<std::string>;
  const Graph& graph_;
  const CompileConfig& compile_;
  std::vector<ScoreEntry> entries_;
  Names taken_{"loss"};
};

}  // namespace

std::vector<ScoreEntry> score_entries(const Graph& graph, const CompileConfig& compile) {
  return EntryList(graph, compile).finish();
}

Scores mean_scores(const Graph& graph, const CompileConfig& compile, std::span<const double> sums, int64_t rows) {
  Scores scores{{"loss", 0.0}};
  const auto count = static_cast<double>(rows);
  double total = 0, weight = count;
  for (const ScoreEntry& entry : score_entries(graph, compile)) {
    const std::span<const double> own = sums.subspan(entry.first, entry.sums);
    std::vector<double> values;
    if (entry.kind == ScoreKind::loss) {
      values.push_back(own[0] / count);
      total += compile.loss_weight(entry.output) * values[0];
    } else if (entry.kind == ScoreKind::weight) {
      weight = own[0];
    } else {
      values = entry.metric->results(own, entry.kind == ScoreKind::metric ? count : weight);
    }
    for (size_t i = 0; i < entry.names.size(); ++i) scores.emplace_back(entry.names[i], values[i]);
  }
  scores[0].second = total + sums.back() / count;
  return scores;
}

std::vector<ScoreTable> score_tables(const Graph& graph, const CompileConfig& compile, std::span<const double> sums) {
  std::vector<ScoreTable> tables;
  for (const ScoreEntry& entry : score_entries(graph, compile)) {
    if (entry.metric == nullptr) continue;
    auto table = entry.metric->table(sums.subspan(entry.first, entry.sums));
    if (!table) continue;
    if (graph.outputs().size() > 1) table->name = graph.node_name(graph.outputs()[entry.output]) + "_" + table->name;
    tables.push_back(*std::move(table));
  }
  return tables;
}

}  // namespace sluice
