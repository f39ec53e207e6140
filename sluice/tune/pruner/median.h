#pragma once

#include <memory>
#include <tuple>

#include "sluice/params/fields.h"
#include "sluice/tune/pruner/pruner.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Parameters of the median pruner.
struct MedianPrunerOptions {
  int64_t startup_trials = 5;
  int64_t warmup_epochs = 0;

  static constexpr auto fields() {
    return std::tuple{
        field("startup_trials", &MedianPrunerOptions::startup_trials, at_least(1),
              "an epoch stops no trial until so many have a result there"),
        field("warmup_epochs", &MedianPrunerOptions::warmup_epochs, at_least(0), "epochs that stop no trial"),
    };
  }
};

/// Returns the median rule (Golovin et al. 2017) with pause and resume: a trial waits after every epoch, and goes on
/// while its best value so far is not worse than the median of those that all trials had at that epoch. The trial that
/// is furthest goes first, then the lower number. What later results make good enough goes on then.
std::unique_ptr<Pruner> make_median_pruner(const MedianPrunerOptions& options, const SearchProblem& problem);

}  // namespace sluice
