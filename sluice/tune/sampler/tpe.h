#pragma once

#include <memory>
#include <tuple>

#include "sluice/params/fields.h"
#include "sluice/tune/sampler/sampler.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the TPE sampler.
struct TpeSamplerOptions {
  int64_t startup_trials = 8;
  int64_t candidates = 24;
  double gamma = 0.15;

  static constexpr auto fields() {
    return std::tuple{
        field("startup_trials", &TpeSamplerOptions::startup_trials, between(1, 1'000'000),
              "results to wait for; until then, trials are spread evenly over each parameter"),
        field("candidates", &TpeSamplerOptions::candidates, at_least(1), "points that are compared for a trial"),
        field("gamma", &TpeSamplerOptions::gamma, between(0, 1).above_low().below_high(),
              "share of the results that count as good, 25 at most"),
    };
  }
};

/// Returns a tree-structured Parzen estimator (Bergstra et al. 2011): of the candidates, drawn from a density around
/// the good trials, it takes the one where that density is highest over the density around all others. Differences: one
/// kernel a trial over all parameters that are active together; running trials are among the others, so that trials
/// side by side spread; the bandwidth shrinks with the number of results and is the same for both densities; what was
/// tried before is not tried again, where a space has no ranges of many values.
///
/// Trials that were paused take part with their value so far: a trial that went on for longer counts as better.
std::unique_ptr<Sampler> make_tpe_sampler(const TpeSamplerOptions& options, const SearchProblem& problem);

}  // namespace sluice
