#include "sluice/tune/pruner/none.h"

namespace sluice {
namespace {

class NoPruner final : public Pruner {
 public:
  std::vector<int64_t> segments(int64_t, int64_t epochs) const override { return {epochs}; }
  std::optional<int64_t> promote(const std::vector<TrialView>&, bool) const override { return std::nullopt; }
};

}  // namespace

std::unique_ptr<Pruner> make_no_pruner(const NoPrunerOptions&, const SearchProblem&) {
  return std::make_unique<NoPruner>();
}

}  // namespace sluice
