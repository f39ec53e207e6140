#include "sluice/tune/pruner/asha.h"

#include "sluice/tune/pruner/successive_halving.h"

namespace sluice {
namespace {

class AshaPruner final : public Pruner {
 public:
  AshaPruner(int64_t factor, Objective objective) : halving_{factor, std::move(objective)} {}

  std::vector<int64_t> segments(int64_t, int64_t epochs) const override { return halving_.rungs(epochs); }

  std::optional<int64_t> promote(const std::vector<TrialView>& trials, bool) const override {
    std::vector<const TrialView*> all;
    for (const TrialView& trial : trials) all.push_back(&trial);
    return halving_.promote(all);
  }

 private:
  const SuccessiveHalving halving_;
};

}  // namespace

std::unique_ptr<Pruner> make_asha_pruner(const AshaPrunerOptions& options, const SearchProblem& problem) {
  return std::make_unique<AshaPruner>(options.reduction_factor, problem.objective);
}

}  // namespace sluice
