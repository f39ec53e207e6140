#pragma once

#include <memory>
#include <tuple>

#include "sluice/tune/sampler/sampler.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the quasi-random sampler: none.
struct QuasiRandomSamplerOptions {
  static constexpr auto fields() { return std::tuple{}; }
};

/// Returns a sampler that goes through a Sobol sequence, scrambled by the study's seed: any number of trials is spread
/// evenly over the space, powers of two best. From the 33rd parameter on, by name, values are random. Trials depend on
/// the seed and their numbers only.
std::unique_ptr<Sampler> make_quasi_random_sampler(const QuasiRandomSamplerOptions& options,
                                                   const SearchProblem& problem);

}  // namespace sluice
