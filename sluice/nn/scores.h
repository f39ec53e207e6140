#pragma once

#include <span>

#include "sluice/nn/model.h"

namespace sluice {

/// Turns sums over rows (for each output its loss, then its metrics) into named means.
Scores mean_scores(const Graph& graph, const CompileConfig& compile, std::span<const double> sums, int64_t rows);

}  // namespace sluice
