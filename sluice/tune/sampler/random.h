#pragma once

#include <memory>
#include <tuple>

#include "sluice/tune/sampler/sampler.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the random sampler: none.
struct RandomSamplerOptions {
  static constexpr auto fields() { return std::tuple{}; }
};

/// Returns a sampler that draws each parameter independently. A value depends on the study's seed, the trial's number
/// and the parameter's position in the space only.
std::unique_ptr<Sampler> make_random_sampler(const RandomSamplerOptions& options, const SearchProblem& problem);

}  // namespace sluice
