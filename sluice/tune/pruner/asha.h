#pragma once

#include <memory>
#include <tuple>

#include "sluice/params/fields.h"
#include "sluice/tune/pruner/pruner.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the ASHA pruner.
struct AshaPrunerOptions {
  int64_t reduction_factor = 3;

  static constexpr auto fields() {
    return std::tuple{
        field("reduction_factor", &AshaPrunerOptions::reduction_factor, at_least(2),
              "one of so many trials of a rung goes on to the next, which is about so many times as long"),
    };
  }
};

/// Returns asynchronous successive halving (Li et al. 2020) with pause and resume. The rungs of a trial end at
/// floor(epochs / factor^k) >= 1. From the highest rung down, the first of the best floor(n / factor) of the n trials
/// whose result is visible there (failed ones left out), by best value so far, then lower number, goes on that was not
/// promoted before.
std::unique_ptr<Pruner> make_asha_pruner(const AshaPrunerOptions& options, const SearchProblem& problem);

}  // namespace sluice
