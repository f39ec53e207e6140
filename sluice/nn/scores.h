#pragma once

#include <span>

#include "sluice/nn/model.h"

namespace sluice {

/// What a piece of a plan's sums holds.
enum class ScoreKind {
  loss,             ///< The loss of an output.
  metric,           ///< A metric.
  weight,           ///< The weights of the rows.
  weighted_metric,  ///< A metric in which rows count by their weights.
};

/// A piece of a plan's sums and the names of the numbers that follow from it. The penalties of the regularizers follow
/// the last one.
struct ScoreEntry {
  ScoreKind kind;
  size_t output;                   ///< Index among the graph's outputs.
  const Metric* metric = nullptr;  ///< Null for losses and weights.
  size_t first = 0;                ///< The first of its sums.
  size_t sums = 1;
  std::vector<std::string> names;  ///< As Keras reports them; none where nothing is reported.
};

/// For each output its loss, its metrics, and, where it has weighted metrics, the weights and those. Names of several
/// outputs are `<output>_<name>`; what would bear a name already given has `_1`, `_2`, … behind it, a weighted metric
/// `weighted_` before it.
std::vector<ScoreEntry> score_entries(const Graph& graph, const CompileConfig& compile);

/// Turns sums over rows into named means.
Scores mean_scores(const Graph& graph, const CompileConfig& compile, std::span<const double> sums, int64_t rows);

/// The tables of the metrics that have one.
std::vector<ScoreTable> score_tables(const Graph& graph, const CompileConfig& compile, std::span<const double> sums);

}  // namespace sluice
