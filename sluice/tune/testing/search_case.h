#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "sluice/tune/sampler/registry.h"

namespace sluice::testing {

inline Space space_of(const char* text) { return Space::read(Json::parse(text)); }

/// A space with parameters of all kinds.
inline const char* const mixed_space =
    R"({"width": {"int": [1, 1000], "log": true}, "depth": {"int": [1, 4]},
        "rate": {"float": [0.001, 1], "log": true}, "kind": {"choice": ["a", "b", "c"]},
        "size": {"choice": [32, 8, 16]}, "extra": {"float": [0, 1], "when": {"kind": ["b", "c"]}}})";

/// A loss over that space; its least, 0, is at width 100, rate 0.1, size 16 and extra 0.3.
inline double mixed_loss(const Params& params) {
  const double width = std::log(params.at("width").as_real() / 100), rate = std::log(params.at("rate").as_real() / 0.1);
  const double kind = params.at("kind") == Json("b") ? std::abs(params.at("extra").as_real() - 0.3) : 0.8;
  return width * width / 8 + rate * rate / 8 + kind + (params.at("size") == Json(16) ? 0 : 0.3);
}

/// Returns the least loss that a sampler finds in a space in so many trials, one behind the other.
inline double best_found(const char* sampler_name, const char* space, double (*loss)(const Params&), uint64_t seed,
                         int trials) {
  SearchProblem problem{space_of(space), {"loss", false}, seed, {}};
  const Axes axes(problem.space);
  const auto sampler = make_sampler(sampler_name, problem, "");
  std::vector<TrialView> history;
  double best = 1e9;
  for (int number = 0; number < trials; ++number) {
    TrialView trial{
        .number = number, .params = *sampler->sample(number, history), .state = TrialView::State::completed};
    trial.point = axes.point(trial.params);
    trial.rungs = {loss(trial.params)};
    best = std::min(best, trial.rungs[0]);
    history.push_back(trial);
  }
  return best;
}

/// The same of `mixed_loss` in `mixed_space`.
inline double best_found(const char* sampler_name, uint64_t seed, int trials) {
  return best_found(sampler_name, mixed_space, mixed_loss, seed, trials);
}

}  // namespace sluice::testing
