#pragma once

#include <memory>
#include <tuple>

#include "sluice/params/fields.h"
#include "sluice/tune/pruner/pruner.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the Hyperband pruner.
struct HyperbandPrunerOptions {
  int64_t reduction_factor = 3;
  int64_t brackets = 3;

  static constexpr auto fields() {
    return std::tuple{
        field("reduction_factor", &HyperbandPrunerOptions::reduction_factor, between(2, 1000),
              "one of so many trials of a rung goes on to the next, which is about so many times as long"),
        field("brackets", &HyperbandPrunerOptions::brackets, between(1, 6),
              "groups of trials: those of the first may be left at the first rung, those of the next at the second, …"),
    };
  }
};

/// Returns asynchronous Hyperband (Li et al. 2018, 2020) with pause and resume: trials are dealt to brackets, each of
/// which goes by ASHA's rule without the first rungs of ASHA, one more for each bracket. Of B brackets number b, from
/// 0, has its turn ceil(B / (s + 1) · factor^s) times for s = B - 1 - b, spread evenly. A bracket beyond the rungs runs
/// its trials to their ends.
std::unique_ptr<Pruner> make_hyperband_pruner(const HyperbandPrunerOptions& options, const SearchProblem& problem);

}  // namespace sluice
