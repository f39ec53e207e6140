#include "sluice/tune/pruner/hyperband.h"

#include <algorithm>

#include "sluice/tune/pruner/successive_halving.h"

namespace sluice {
namespace {

/// How many trials each bracket has of a turn of all.
std::vector<int64_t> trials_by_bracket(int64_t brackets, int64_t factor) {
  std::vector<int64_t> counts;
  int64_t power = 1;
  for (int64_t s = 0; s < brackets; ++s, power *= factor) counts.push_back((brackets * power + s) / (s + 1));
  std::ranges::reverse(counts);
  return counts;
}

/// The brackets of a turn's trials: next comes the one that is furthest behind its share.
std::vector<size_t> dealt(const std::vector<int64_t>& counts) {
  int64_t turn = 0;
  for (int64_t count : counts) turn += count;
  std::vector<int64_t> behind(counts.size());
  std::vector<size_t> order;
  for (int64_t i = 0; i < turn; ++i) {
    for (size_t b = 0; b < counts.size(); ++b) behind[b] += counts[b];
    const auto next = std::ranges::max_element(behind);
    *next -= turn;
    order.push_back(static_cast<size_t>(next - behind.begin()));
  }
  return order;
}

class HyperbandPruner final : public Pruner {
 public:
  HyperbandPruner(const HyperbandPrunerOptions& options, Objective objective)
      : brackets_(static_cast<size_t>(options.brackets)),
        order_(dealt(trials_by_bracket(options.brackets, options.reduction_factor))),
        halving_{options.reduction_factor, std::move(objective)} {}

  std::vector<int64_t> segments(int64_t number, int64_t epochs) const override {
    std::vector<int64_t> ends = halving_.rungs(epochs);
    const size_t left_out = std::min(bracket_of(number), ends.size() - 1);
    ends.erase(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(left_out));
    return ends;
  }

  std::optional<int64_t> promote(const std::vector<TrialView>& trials, bool) const override {
    std::vector<std::vector<const TrialView*>> by_bracket(brackets_);
    for (const TrialView& trial : trials) by_bracket[bracket_of(trial.number)].push_back(&trial);
    for (const auto& of_bracket : by_bracket) {
      if (auto number = halving_.promote(of_bracket)) return number;
    }
    return std::nullopt;
  }

 private:
  const size_t brackets_;
  const std::vector<size_t> order_;
  const SuccessiveHalving halving_;

  size_t bracket_of(int64_t number) const { return order_[static_cast<size_t>(number) % order_.size()]; }
};

}  // namespace

std::unique_ptr<Pruner> make_hyperband_pruner(const HyperbandPrunerOptions& options, const SearchProblem& problem) {
  return std::make_unique<HyperbandPruner>(options, problem.objective);
}

}  // namespace sluice
