#include "sluice/tune/pruner/successive_halving.h"

#include <algorithm>

namespace sluice {

std::vector<int64_t> SuccessiveHalving::rungs(int64_t epochs) const {
  std::vector<int64_t> ends;
  for (; epochs >= 1; epochs /= factor) ends.push_back(epochs);
  std::ranges::reverse(ends);
  return ends;
}

std::optional<int64_t> SuccessiveHalving::promote(const std::vector<const TrialView*>& trials) const {
  size_t highest = 0;
  for (const TrialView* trial : trials) highest = std::max(highest, trial->rungs.size());
  for (size_t rungs = highest; rungs > 0; --rungs) {
    if (auto number = promote_from(trials, rungs)) return number;
  }
  return std::nullopt;
}

/// Of the trials that have reached so many rungs.
std::optional<int64_t> SuccessiveHalving::promote_from(const std::vector<const TrialView*>& trials,
                                                       size_t rungs) const {
  std::vector<const TrialView*> there;
  std::ranges::copy_if(trials, std::back_inserter(there),
                       [&](const TrialView* trial) { return trial->rungs.size() >= rungs; });
  const auto better = [&](const TrialView* a, const TrialView* b) {
    const double x = a->rungs[rungs - 1], y = b->rungs[rungs - 1];
    return x == y ? a->number < b->number : objective.better(x, y);
  };
  const auto top = there.begin() + static_cast<std::ptrdiff_t>(there.size() / static_cast<size_t>(factor));
  std::ranges::nth_element(there, top, better);
  const TrialView* first = nullptr;
  for (auto trial = there.begin(); trial != top; ++trial) {
    const bool waits = (*trial)->state == TrialView::State::paused && (*trial)->rungs.size() == rungs;
    if (waits && (first == nullptr || better(*trial, first))) first = *trial;
  }
  return first == nullptr ? std::nullopt : std::optional(first->number);
}

}  // namespace sluice
