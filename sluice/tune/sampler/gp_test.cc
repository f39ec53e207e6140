#include "sluice/tune/sampler/gp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "sluice/tune/sampler/improvement_search.h"
#include "sluice/tune/testing/search_case.h"

namespace sluice {
namespace {

using testing::best_found;
using testing::space_of;

TEST(ExpectedImprovement, IsThatOfANormalDistribution) {
  EXPECT_NEAR(expected_improvement({0, 1}, 0), 0.3989422804014327, 1e-15);      // φ(0)
  EXPECT_NEAR(expected_improvement({0, 2}, 2), 2 * 1.0833154705876863, 1e-14);  // 2 (Φ(1) + φ(1))
  EXPECT_NEAR(expected_improvement({1, 1}, 0), 0.0833154705876863, 1e-14);      // -Φ(-1) + φ(1)
  EXPECT_NEAR(expected_improvement({-3, 1e-6}, 0), 3, 1e-12);
}

/// Two results on a line: between them is where most can be gained, and then where that is refused.
TEST(ImprovementSearch, FindsTheBestThatIsNotRefused) {
  const Axes axes(space_of(R"({"a": {"float": [0, 1]}})"));
  Positions positions(axes);
  for (double at : {0.0, 0.4, 1.0}) positions.add({at});
  const GaussianProcess process({{std::log(20), -9}}, positions, {0.5, -1, 0.5});
  ImprovementSearch search{axes, process, -1, [](const Point&) { return false; }, {}};
  const auto improvement = [&](double at) {
    Positions one(axes);
    one.add({at});
    return expected_improvement(process.predict(one)[0], -1);
  };
  double most = 0;
  for (int i = 0; i <= 1000; ++i) most = std::max(most, improvement(i / 1000.0));
  EXPECT_GT(improvement(find_improvement(search, 20, Random(1, Purpose::fuzz))[0]), 0.999 * most);
  search.refused = [](const Point& point) { return point[0] < 0.9; };
  EXPECT_GE(find_improvement(search, 20, Random(1, Purpose::fuzz))[0], 0.9);
}

TEST(GpSampler, FindsBetterTrialsThanRandomSoon) {
  double gp = 0, random = 0;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    gp += best_found("gp", seed, 30) / 5;
    random += best_found("random", seed, 30) / 5;
  }
  EXPECT_LT(gp, 0.4 * random);
}

SearchProblem line_problem() { return {space_of(R"({"a": {"float": [0, 1]}})"), {"loss", false}, 1, {}}; }

TrialView line_trial(int64_t number, double a, double value) {
  return {.number = number,
          .params = Json::Object{{"a", a}},
          .point = {a},
          .state = TrialView::State::completed,
          .rungs = {value}};
}

double proposed(const Sampler& sampler, const std::vector<TrialView>& trials) {
  return sampler.sample(static_cast<int64_t>(trials.size()), trials)->at("a").as_real();
}

/// |a - 0.62| at ten places.
std::vector<TrialView> ten_results() {
  std::vector<TrialView> trials;
  for (int i = 0; i < 10; ++i) trials.push_back(line_trial(i, i / 9.0, std::abs(i / 9.0 - 0.62)));
  return trials;
}

TEST(GpSampler, IsNotLedAstrayByOneThatDiverged) {
  const auto sampler = make_sampler("gp", line_problem(), "");
  std::vector<TrialView> trials = ten_results();
  EXPECT_NEAR(proposed(*sampler, trials), 0.62, 0.08);
  trials[9].rungs = {1e12};
  EXPECT_NEAR(proposed(*sampler, trials), 0.62, 0.08);
}

TEST(GpSampler, MaximizesToo) {
  SearchProblem problem = line_problem();
  problem.objective.maximize = true;
  std::vector<TrialView> trials = ten_results();
  for (TrialView& trial : trials) trial.rungs[0] *= -1;
  EXPECT_NEAR(proposed(*make_sampler("gp", problem, ""), trials), 0.62, 0.08);
}

TEST(GpSampler, LeavesFailedTrialsOut) {
  const auto sampler = make_sampler("gp", line_problem(), "");
  std::vector<TrialView> trials = ten_results();
  trials.push_back(line_trial(10, 0.6, 0));
  trials.back().state = TrialView::State::failed;
  trials.back().rungs.clear();
  const double with_failed = proposed(*sampler, trials);
  trials.back().point = {0.1};
  EXPECT_EQ(proposed(*sampler, trials), with_failed);
}

/// Trials side by side are kept apart from each other.
TEST(GpSampler, SpreadsTrialsSideBySide) {
  const auto sampler = make_sampler(Json::parse(R"({"gp": {"startup_trials": 2}})"), line_problem(), "");
  std::vector<TrialView> trials{line_trial(0, 0, 1), line_trial(1, 0.4, 0), line_trial(2, 1, 0.6)};
  for (int i = 0; i < 4; ++i) {
    const double a = proposed(*sampler, trials);
    for (const TrialView& trial : trials) EXPECT_GT(std::abs(a - trial.point[0]), 0.005);
    trials.push_back(line_trial(3 + i, a, 0));
    trials.back().state = TrialView::State::running;
    trials.back().rungs.clear();
  }
}

TEST(GpSampler, BearsResultsThatAreAllTheSame) {
  const auto sampler = make_sampler("gp", line_problem(), "");
  std::vector<TrialView> trials = ten_results();
  for (TrialView& trial : trials) trial.rungs = {0.5};
  EXPECT_TRUE(std::isfinite(proposed(*sampler, trials)));
}

TEST(GpSampler, TriesEveryPointOfASmallSpaceBeforeAnyTwice) {
  const SearchProblem problem{
      space_of(R"({"a": {"int": [1, 5]}, "b": {"choice": ["x", "y", "z"]}})"), {"loss", false}, 1, {}};
  const Axes axes(problem.space);
  const auto sampler = make_sampler(Json::parse(R"({"gp": {"startup_trials": 2}})"), problem, "");
  std::vector<TrialView> trials;
  std::set<std::string> seen;
  for (int number = 0; number < 15; ++number) {
    TrialView trial = line_trial(number, 0, 0);
    trial.params = *sampler->sample(number, trials);
    trial.point = axes.point(trial.params);
    trial.rungs = {static_cast<double>(trial.params.at("a").as_integer())};
    seen.insert(trial.params.dump());
    trials.push_back(trial);
  }
  EXPECT_EQ(seen.size(), 15U);
  EXPECT_TRUE(sampler->sample(15, trials));
}

TEST(GpSampler, TakesTheBestAndTheLatestOfManyResults) {
  const auto sampler = make_sampler(Json::parse(R"({"gp": {"most_results": 12}})"), line_problem(), "");
  std::vector<TrialView> trials = ten_results();
  for (int i = 10; i < 40; ++i) trials.push_back(line_trial(i, i / 40.0, 5 + i));
  const double before = proposed(*sampler, trials);
  trials[20].rungs = {1e6};  // Neither.
  EXPECT_EQ(proposed(*sampler, trials), before);
  trials[38].rungs = {0.2};
  EXPECT_NE(proposed(*sampler, trials), before);
}

}  // namespace
}  // namespace sluice
