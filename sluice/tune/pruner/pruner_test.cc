#include "sluice/tune/pruner/pruner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "sluice/params/fields.h"
#include "sluice/tune/pruner/registry.h"

namespace sluice {
namespace {

const Objective objective{"accuracy", true};

std::unique_ptr<Pruner> make(const std::string& name) {
  return make_pruner(name, {{}, objective, 0, {Json::object()}}, "/search/pruner");
}

/// What every pruner keeps.
class PrunerConformance : public ::testing::TestWithParam<const char*> {};

TEST_P(PrunerConformance, CutsEveryTrialToItsEnd) {
  auto pruner = make(GetParam());
  for (int64_t epochs = 1; epochs < 100; ++epochs) {
    auto ends = pruner->segments(epochs % 7, epochs);
    ASSERT_FALSE(ends.empty());
    EXPECT_EQ(ends.back(), epochs);
    EXPECT_GE(ends.front(), 1);
    EXPECT_EQ(std::adjacent_find(ends.begin(), ends.end(), std::greater_equal<>()), ends.end());
  }
}

TEST_P(PrunerConformance, PromotesPausedTrialsOnly) {
  auto pruner = make(GetParam());
  std::vector<TrialView> trials;
  EXPECT_EQ(pruner->promote(trials, true), std::nullopt);
  for (int64_t number = 0; number < 40; ++number) {
    auto state = static_cast<TrialView::State>(number % 4);
    trials.push_back({.number = number, .params = Json::object(), .state = state});
    if (state == TrialView::State::paused) trials.back().rungs = {static_cast<double>(number)};
    auto promoted = pruner->promote(trials, true);
    EXPECT_TRUE(!promoted || trials[static_cast<size_t>(*promoted)].state == TrialView::State::paused);
    EXPECT_EQ(pruner->promote(trials, true), promoted);
  }
}

// A new pruner joins here.
INSTANTIATE_TEST_SUITE_P(Pruners, PrunerConformance, ::testing::Values("none", "asha", "median", "hyperband", "top_k"));

/// A trial with these values at the ends of its segments.
TrialView trial_of(int64_t number, std::vector<double> rungs, TrialView::State state = TrialView::State::paused) {
  return {.number = number, .params = Json::object(), .state = state, .rungs = std::move(rungs)};
}

TEST(AshaPruner, HasTheRungsOfTheContract) {
  using Ends = std::vector<int64_t>;
  auto pruner = make("asha");
  EXPECT_EQ(pruner->segments(5, 9), (Ends{1, 3, 9}));
  EXPECT_EQ(pruner->segments(5, 10), (Ends{1, 3, 10}));
  EXPECT_EQ(pruner->segments(5, 1), Ends{1});
}

TEST(AshaPruner, PromotesTheBestThirdFromTheHighestRungDown) {
  auto pruner = make("asha");
  std::vector<TrialView> trials{trial_of(0, {0.5}, TrialView::State::running), trial_of(1, {0.9}), trial_of(2, {0.7})};
  EXPECT_EQ(pruner->promote(trials, true), 1);
  trials[1] = trial_of(1, {0.9}, TrialView::State::running);
  EXPECT_EQ(pruner->promote(trials, true), std::nullopt);  // One of three.
  for (int64_t number = 3; number < 6; ++number) trials.push_back(trial_of(number, {0.7}));
  EXPECT_EQ(pruner->promote(trials, true), 2);  // Two of six; of equals the lower number.
  trials[3] = trial_of(3, {}, TrialView::State::failed);
  EXPECT_EQ(pruner->promote(trials, true), std::nullopt);  // One of five.
  trials[3] = trial_of(3, {0.7});
  for (int64_t number : {1, 2, 4}) trials[static_cast<size_t>(number)].rungs.push_back(0.8);
  for (int64_t number : {1, 2, 4}) trials[static_cast<size_t>(number)].state = TrialView::State::paused;
  EXPECT_EQ(pruner->promote(trials, true), 1);
}

TEST(MedianPruner, LetsTheBetterHalfGoOn) {
  auto pruner = make_pruner(Json::parse(R"({"median": {"startup_trials": 3, "warmup_epochs": 1}})"),
                            {{}, objective, 0, {Json::object()}}, "/search/pruner");
  std::vector<TrialView> trials{trial_of(0, {0.1, 0.5}, TrialView::State::running), trial_of(1, {0.1, 0.4})};
  EXPECT_EQ(pruner->promote(trials, true), 1);  // Too few to judge.
  trials.push_back(trial_of(2, {0.1, 0.6}));
  EXPECT_EQ(pruner->promote(trials, true), 2);  // 0.4 is below the median of 0.4, 0.5 and 0.6.
  trials[2].state = TrialView::State::running;
  EXPECT_EQ(pruner->promote(trials, true), std::nullopt);
  trials.push_back(trial_of(3, {0.0}));
  EXPECT_EQ(pruner->promote(trials, true), 3);  // The first epoch stops none.
  for (int64_t number = 3; number < 6; ++number) {
    trials.resize(static_cast<size_t>(number));
    trials.push_back(trial_of(number, {0.0, 0.1}, TrialView::State::running));
  }
  EXPECT_EQ(pruner->promote(trials, true), 1);  // Later ones were worse.
}

TEST(HyperbandPruner, DealsTrialsToBrackets) {
  auto pruner = make("hyperband");
  std::map<std::vector<int64_t>, int> counts;
  for (int64_t number = 0; number < 17; ++number) ++counts[pruner->segments(number, 9)];
  EXPECT_EQ(counts, (std::map<std::vector<int64_t>, int>{{{1, 3, 9}, 9}, {{3, 9}, 5}, {{9}, 3}}));
  EXPECT_EQ(pruner->segments(0, 9), (std::vector<int64_t>{1, 3, 9}));
  for (int64_t number = 0; number < 17; ++number) EXPECT_EQ(pruner->segments(number, 1), std::vector<int64_t>{1});
}

TEST(HyperbandPruner, ComparesTrialsOfABracketOnly) {
  auto pruner = make("hyperband");
  std::vector<TrialView> trials;
  std::vector<int64_t> first;  // Those of the first bracket.
  for (int64_t number = 0; first.size() < 3; ++number) {
    if (pruner->segments(number, 9).size() == 3) first.push_back(number);
    trials.push_back(trial_of(number, {static_cast<double>(number)}));
  }
  EXPECT_GT(trials.size(), first.size());
  EXPECT_EQ(pruner->promote(trials, true), first[2]);  // The best of three.
  trials[static_cast<size_t>(first[2])].state = TrialView::State::running;
  EXPECT_EQ(pruner->promote(trials, true), std::nullopt);
}

TEST(TopKPruner, WaitsForAllAndTakesTheBest) {
  auto pruner = make_pruner(Json::parse(R"({"top_k": {"k": 2}})"), {{}, objective, 0, {Json::object()}}, "");
  EXPECT_EQ(pruner->segments(1, 9), (std::vector<int64_t>{1, 9}));
  EXPECT_EQ(pruner->segments(1, 1), std::vector<int64_t>{1});
  std::vector<TrialView> trials{trial_of(0, {0.5, 0.9}, TrialView::State::completed), trial_of(1, {0.4}),
                                trial_of(2, {0.6}), trial_of(3, {}, TrialView::State::running)};
  EXPECT_EQ(pruner->promote(trials, true), std::nullopt);
  EXPECT_EQ(pruner->promote(trials, false), std::nullopt);
  trials[3] = trial_of(3, {}, TrialView::State::failed);
  EXPECT_EQ(pruner->promote(trials, true), std::nullopt);
  EXPECT_EQ(pruner->promote(trials, false), 2);
  trials[2].state = TrialView::State::running;
  EXPECT_EQ(pruner->promote(trials, false), std::nullopt);  // Trial 0 is the other one.
}

TEST(Pruners, AreFoundByName) {
  EXPECT_EQ(describe_pruners().front().name, "none");
  EXPECT_THROW(make("asah"), PathError);
}

}  // namespace
}  // namespace sluice
