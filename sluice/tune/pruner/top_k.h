#pragma once

#include <memory>
#include <tuple>

#include "sluice/params/fields.h"
#include "sluice/tune/pruner/pruner.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the top-k pruner.
struct TopKPrunerOptions {
  int64_t k = 3;
  int64_t epochs = 1;

  static constexpr auto fields() {
    return std::tuple{
        field("k", &TopKPrunerOptions::k, at_least(1), "so many of all trials go on to their end"),
        field("epochs", &TopKPrunerOptions::epochs, at_least(1), "that every trial has before"),
    };
  }
};

/// Returns the pruner that trains all trials for a few epochs (with one, the one-epoch ranking of Egele et al. 2024)
/// and, when no new ones come and all have their results, lets the best k go on, the best first; of equals the lower
/// number.
std::unique_ptr<Pruner> make_top_k_pruner(const TopKPrunerOptions& options, const SearchProblem& problem);

}  // namespace sluice
