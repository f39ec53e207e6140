#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/tune/sampler/sampler.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// A trial of an earlier study, from whose results samplers learn.
struct EarlierTrial {
  Params params;
  bool completed = false;      ///< Its training has finished; else it was paused.
  std::vector<double> values;  ///< The best objective so far at the end of each segment; not empty.
};

/// What an earlier study has to tell.
struct EarlierStudy {
  std::vector<EarlierTrial> trials;  ///< Those with a result whose parameters are in the space, by number.
  int64_t others = 0;                ///< Trials whose parameters are not.

  /// Writes all that a search depends on, for its identity.
  Json to_json() const;
};

/// Reads the journal of an earlier study, which may still run. Throws Error(not_found) where the directory has none,
/// Error(invalid_argument) for a damaged one, another objective, and where no trial is of use.
EarlierStudy read_earlier_study(const Path& directory, const SearchProblem& problem);

/// Throws PathError at `path` for a sampler that does not learn from trials.
void check_learns(const Sampler& sampler, const std::string& path);

/// Returns a sampler that takes the earlier trials for the first ones of its study.
std::unique_ptr<Sampler> make_warm_sampler(std::unique_ptr<Sampler> sampler, const SearchProblem& problem,
                                           const std::vector<EarlierTrial>& earlier);

}  // namespace sluice
