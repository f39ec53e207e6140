#pragma once

#include <memory>
#include <tuple>

#include "sluice/tune/sampler/sampler.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the CMA-ES sampler: none.
struct CmaEsSamplerOptions {
  static constexpr auto fields() { return std::tuple{}; }
};

/// Returns a sampler that adapts the covariance of a normal distribution over the ordered parameters (CMA-ES, Hansen
/// 2016). Results make generations in the order of their numbers; a trial is drawn from what is visible, so trials of
/// one generation may come from different distributions. Categories are drawn at random. Where the distribution has
/// converged it begins anew.
std::unique_ptr<Sampler> make_cma_es_sampler(const CmaEsSamplerOptions& options, const SearchProblem& problem);

}  // namespace sluice
