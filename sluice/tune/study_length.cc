#include "sluice/tune/study_length.h"

#include <algorithm>
#include <limits>
#include <string>

#include "sluice/base/error.h"

namespace sluice {
namespace {

uint64_t cost_of(const Params& params, const TrialLengths& lengths) {
  return lengths.cost(params, 1, lengths.epochs(params));
}

/// The cost of the dearest trial among those that are looked at.
uint64_t highest_cost(const SearchProblem& problem, const TrialLengths& lengths) {
  uint64_t highest = 0;
  for (const Params& params : problem.given) highest = std::max(highest, cost_of(params, lengths));
  const Params& defaults = problem.given[0];
  Params dearest = defaults;
  for (const SpaceParameter& parameter : problem.space.parameters()) {
    uint64_t most = 0;
    for (const Json& value : telling_values(parameter.domain)) {
      uint64_t cost = cost_of(problem.space.with(defaults, parameter.name, value), lengths);
      if (cost > most) dearest = problem.space.with(dearest, parameter.name, value);
      most = std::max(most, cost);
    }
    highest = std::max(highest, most);
  }
  return std::max(highest, cost_of(dearest, lengths));
}

}  // namespace

void check_study_length(const SearchProblem& problem, int64_t trials, const TrialLengths& lengths) {
  constexpr uint64_t latest = std::numeric_limits<int64_t>::max();
  constexpr int64_t enough = 1000;
  uint64_t counted = static_cast<uint64_t>(std::min(trials, enough));
  if (highest_cost(problem, lengths) <= latest / 3 / counted) return;
  throw invalid(
      "the study is too long for the logical clock: its trials together may have 3e18 floating point operations; take "
      "fewer epochs or rows, or a smaller network");
}

}  // namespace sluice
