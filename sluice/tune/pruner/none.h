#pragma once

#include <memory>
#include <tuple>

#include "sluice/tune/pruner/pruner.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the pruner that never prunes: none.
struct NoPrunerOptions {
  static constexpr auto fields() { return std::tuple{}; }
};

/// Returns a pruner under which every trial is one segment.
std::unique_ptr<Pruner> make_no_pruner(const NoPrunerOptions& options, const SearchProblem& problem);

}  // namespace sluice
