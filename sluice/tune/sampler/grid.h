#pragma once

#include <memory>
#include <tuple>

#include "sluice/tune/sampler/sampler.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the grid sampler: none.
struct GridSamplerOptions {
  static constexpr auto fields() { return std::tuple{}; }
};

/// Returns a sampler that tries every combination once, in an order shuffled by the study's seed, and then ends the
/// study. Combinations among the given trials (defaults, enqueued) count as tried. Throws PathError for a range of
/// reals without a step, naming it, and for more than ten million combinations.
std::unique_ptr<Sampler> make_grid_sampler(const GridSamplerOptions& options, const SearchProblem& problem);

}  // namespace sluice
