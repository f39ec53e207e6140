#pragma once

#include <algorithm>
#include <memory>

#include "sluice/tune/objective.h"
#include "sluice/tune/pruner/pruner.h"

namespace sluice::testing {

/// A pruner for tests: rungs floor(epochs / 3^k), the best third of a rung goes on, as the contract describes ASHA.
class SuccessiveHalving final : public Pruner {
 public:
  explicit SuccessiveHalving(Objective objective) : objective_(std::move(objective)) {}

  std::vector<int64_t> segments(int64_t epochs) const override {
    std::vector<int64_t> ends;
    for (; epochs >= 1; epochs /= 3) ends.insert(ends.begin(), epochs);
    return ends;
  }

  std::optional<int64_t> promote(const std::vector<TrialView>& trials) const override {
    size_t highest = 0;
    for (const TrialView& trial : trials) highest = std::max(highest, trial.rungs.size());
    for (size_t rung = highest; rung > 0; --rung) {
      for (const TrialView* trial : best_third(trials, rung - 1)) {
        bool waits_here = trial->state == TrialView::State::paused && trial->rungs.size() == rung;
        if (waits_here) return trial->number;
      }
    }
    return std::nullopt;
  }

 private:
  std::vector<const TrialView*> best_third(const std::vector<TrialView>& trials, size_t rung) const {
    std::vector<const TrialView*> there;
    for (const TrialView& trial : trials) {
      if (trial.rungs.size() > rung) there.push_back(&trial);
    }
    std::ranges::stable_sort(there, [&](const TrialView* a, const TrialView* b) {
      return objective_.better(a->rungs[rung], b->rungs[rung]);
    });
    there.resize(there.size() / 3);
    return there;
  }

  Objective objective_;
};

}  // namespace sluice::testing
