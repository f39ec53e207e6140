#include "sluice/tune/pruner/asha.h"

#include <algorithm>

namespace sluice {
namespace {

class AshaPruner final : public Pruner {
 public:
  AshaPruner(int64_t factor, Objective objective) : factor_(factor), objective_(std::move(objective)) {}

  std::vector<int64_t> segments(int64_t epochs) const override {
    std::vector<int64_t> ends;
    for (; epochs >= 1; epochs /= factor_) ends.push_back(epochs);
    std::ranges::reverse(ends);
    return ends;
  }

  std::optional<int64_t> promote(const std::vector<TrialView>& trials) const override {
    size_t highest = 0;
    for (const TrialView& trial : trials) highest = std::max(highest, trial.rungs.size());
    for (size_t rungs = highest; rungs > 0; --rungs) {
      if (auto number = promote_from(trials, rungs)) return number;
    }
    return std::nullopt;
  }

 private:
  const int64_t factor_;
  const Objective objective_;

  /// Of the trials that have reached so many rungs.
  std::optional<int64_t> promote_from(const std::vector<TrialView>& trials, size_t rungs) const {
    std::vector<const TrialView*> there;
    for (const TrialView& trial : trials) {
      if (trial.rungs.size() >= rungs) there.push_back(&trial);
    }
    const auto better = [&](const TrialView* a, const TrialView* b) {
      const double x = a->rungs[rungs - 1], y = b->rungs[rungs - 1];
      return x == y ? a->number < b->number : objective_.better(x, y);
    };
    const auto top = there.begin() + static_cast<std::ptrdiff_t>(there.size() / static_cast<size_t>(factor_));
    std::ranges::nth_element(there, top, better);
    const TrialView* first = nullptr;
    for (auto trial = there.begin(); trial != top; ++trial) {
      const bool waits = (*trial)->state == TrialView::State::paused && (*trial)->rungs.size() == rungs;
      if (waits && (first == nullptr || better(*trial, first))) first = *trial;
    }
    return first == nullptr ? std::nullopt : std::optional(first->number);
  }
};

}  // namespace

std::unique_ptr<Pruner> make_asha_pruner(const AshaPrunerOptions& options, const SearchProblem& problem) {
  return std::make_unique<AshaPruner>(options.reduction_factor, problem.objective);
}

}  // namespace sluice
