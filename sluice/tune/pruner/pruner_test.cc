#include "sluice/tune/pruner/pruner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "sluice/params/fields.h"
#include "sluice/tune/pruner/registry.h"
#include "sluice/tune/testing/successive_halving.h"

namespace sluice {
namespace {

const Objective objective{"accuracy", true};

std::unique_ptr<Pruner> make(const std::string& name) {
  if (name == "successive_halving") return std::make_unique<testing::SuccessiveHalving>(objective);
  return make_pruner(name, {{}, objective, 0, {Json::object()}}, "/search/pruner");
}

/// What every pruner keeps.
class PrunerConformance : public ::testing::TestWithParam<const char*> {};

TEST_P(PrunerConformance, CutsEveryTrialToItsEnd) {
  auto pruner = make(GetParam());
  for (int64_t epochs = 1; epochs < 100; ++epochs) {
    auto ends = pruner->segments(epochs);
    ASSERT_FALSE(ends.empty());
    EXPECT_EQ(ends.back(), epochs);
    EXPECT_GE(ends.front(), 1);
    EXPECT_EQ(std::adjacent_find(ends.begin(), ends.end(), std::greater_equal<>()), ends.end());
  }
}

TEST_P(PrunerConformance, PromotesPausedTrialsOnly) {
  auto pruner = make(GetParam());
  std::vector<TrialView> trials;
  EXPECT_EQ(pruner->promote(trials), std::nullopt);
  for (int64_t number = 0; number < 40; ++number) {
    auto state = static_cast<TrialView::State>(number % 4);
    trials.push_back({.number = number, .params = Json::object(), .state = state});
    if (state == TrialView::State::paused) trials.back().rungs = {static_cast<double>(number)};
    auto promoted = pruner->promote(trials);
    EXPECT_TRUE(!promoted || trials[static_cast<size_t>(*promoted)].state == TrialView::State::paused);
    EXPECT_EQ(pruner->promote(trials), promoted);
  }
}

// A new pruner joins here.
INSTANTIATE_TEST_SUITE_P(Pruners, PrunerConformance, ::testing::Values("none", "successive_halving"));

TEST(SuccessiveHalving, HasTheRungsOfTheContract) {
  using Ends = std::vector<int64_t>;
  auto pruner = make("successive_halving");
  EXPECT_EQ(pruner->segments(9), (Ends{1, 3, 9}));
  EXPECT_EQ(pruner->segments(10), (Ends{1, 3, 10}));
  EXPECT_EQ(pruner->segments(1), Ends{1});
}

TEST(Pruners, AreFoundByName) {
  EXPECT_EQ(describe_pruners().front().name, "none");
  EXPECT_THROW(make("asah"), PathError);
}

}  // namespace
}  // namespace sluice
