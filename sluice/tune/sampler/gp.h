#pragma once

#include <memory>
#include <tuple>

#include "sluice/params/fields.h"
#include "sluice/tune/sampler/sampler.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the Gaussian process sampler.
struct GpSamplerOptions {
  int64_t startup_trials = 8;
  int64_t draws = 1000;
  int64_t most_results = 200;

  static constexpr auto fields() {
    return std::tuple{
        field("startup_trials", &GpSamplerOptions::startup_trials, between(2, 1'000'000),
              "results to wait for; until then, trials are spread evenly over each parameter"),
        field("draws", &GpSamplerOptions::draws, between(1, 1'000'000),
              "random points that are compared for a trial, before the best are improved on"),
        field("most_results", &GpSamplerOptions::most_results, between(2, 2000),
              "results the model is made of, where there are more: half of them the best, half the latest"),
    };
  }
};

/// Returns a sampler that models the objective by a Gaussian process (Snoek et al. 2012) and takes the point with the
/// highest expected improvement over the best result (Jones et al. 1998), found by random draws and a local search.
///
/// The kernel is Matérn 5/2 with a length for each parameter; lengths and noise are 25 steps on the way to the mode of
/// their posterior. Results are scaled by the distance of the best to the median and cut at three times that, so that a
/// diverged trial does not flatten the rest. Running trials count as if their results had come as the model predicts
/// them (the kriging believer of Ginsbourger et al. 2010), but no better than the best; trials that were paused take
/// part with their value so far. What was tried before is not tried again, where a space has no ranges of many values.
std::unique_ptr<Sampler> make_gp_sampler(const GpSamplerOptions& options, const SearchProblem& problem);

}  // namespace sluice
