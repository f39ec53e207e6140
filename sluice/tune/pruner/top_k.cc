#include "sluice/tune/pruner/top_k.h"

#include <algorithm>

namespace sluice {
namespace {

class TopKPruner final : public Pruner {
 public:
  TopKPruner(const TopKPrunerOptions& options, Objective objective)
      : options_(options), objective_(std::move(objective)) {}

  std::vector<int64_t> segments(int64_t, int64_t epochs) const override {
    if (epochs <= options_.epochs) return {epochs};
    return {options_.epochs, epochs};
  }

  std::optional<int64_t> promote(const std::vector<TrialView>& trials, bool more) const override {
    if (more || std::ranges::any_of(trials, has_no_result)) return std::nullopt;
    for (const TrialView* trial : best(trials)) {
      if (trial->state == TrialView::State::paused) return trial->number;
    }
    return std::nullopt;
  }

 private:
  const TopKPrunerOptions options_;
  const Objective objective_;

  static bool has_no_result(const TrialView& trial) {
    return trial.state == TrialView::State::running && trial.rungs.empty();
  }

  /// The best k after the first epochs.
  std::vector<const TrialView*> best(const std::vector<TrialView>& trials) const {
    std::vector<const TrialView*> ranked;
    for (const TrialView& trial : trials) {
      if (!trial.rungs.empty()) ranked.push_back(&trial);
    }
    std::ranges::stable_sort(ranked, [&](const TrialView* a, const TrialView* b) {
      return objective_.better(a->rungs.front(), b->rungs.front());
    });
    ranked.resize(std::min(ranked.size(), static_cast<size_t>(options_.k)));
    return ranked;
  }
};

}  // namespace

std::unique_ptr<Pruner> make_top_k_pruner(const TopKPrunerOptions& options, const SearchProblem& problem) {
  return std::make_unique<TopKPruner>(options, problem.objective);
}

}  // namespace sluice
