#include "sluice/tune/pruner/median.h"

#include <algorithm>
#include <numeric>

namespace sluice {
namespace {

class MedianPruner final : public Pruner {
 public:
  MedianPruner(const MedianPrunerOptions& options, Objective objective)
      : options_(options), objective_(std::move(objective)) {}

  std::vector<int64_t> segments(int64_t, int64_t epochs) const override {
    std::vector<int64_t> ends(static_cast<size_t>(epochs));
    std::iota(ends.begin(), ends.end(), 1);
    return ends;
  }

  std::optional<int64_t> promote(const std::vector<TrialView>& trials, bool) const override {
    size_t furthest = 0;
    for (const TrialView& trial : trials) {
      if (trial.state == TrialView::State::paused) furthest = std::max(furthest, trial.rungs.size());
    }
    for (size_t epochs = furthest; epochs > 0; --epochs) {
      if (auto number = promote_from(trials, epochs)) return number;
    }
    return std::nullopt;
  }

 private:
  const MedianPrunerOptions options_;
  const Objective objective_;

  std::optional<int64_t> promote_from(const std::vector<TrialView>& trials, size_t epochs) const {
    const std::optional<double> limit = median(trials, epochs);
    for (const TrialView& trial : trials) {
      const bool waits = trial.state == TrialView::State::paused && trial.rungs.size() == epochs;
      if (waits && (!limit || !objective_.better(*limit, trial.rungs.back()))) return trial.number;
    }
    return std::nullopt;
  }

  /// The lower one of two; nothing where the epoch stops no trial.
  std::optional<double> median(const std::vector<TrialView>& trials, size_t epochs) const {
    std::vector<double> values;
    for (const TrialView& trial : trials) {
      if (trial.rungs.size() >= epochs) values.push_back(trial.rungs[epochs - 1]);
    }
    const bool stops = static_cast<int64_t>(epochs) > options_.warmup_epochs &&
                       static_cast<int64_t>(values.size()) >= options_.startup_trials;
    if (!stops) return std::nullopt;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::ranges::nth_element(values, middle, [&](double a, double b) { return objective_.better(a, b); });
    return *middle;
  }
};

}  // namespace

std::unique_ptr<Pruner> make_median_pruner(const MedianPrunerOptions& options, const SearchProblem& problem) {
  return std::make_unique<MedianPruner>(options, problem.objective);
}

}  // namespace sluice
