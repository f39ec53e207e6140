#include "sluice/tune/sampler/tpe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "sluice/tune/sampler/parzen.h"
#include "sluice/tune/sampler/registry.h"
#include "sluice/tune/testing/search_case.h"

namespace sluice {
namespace {

using testing::best_found;
using testing::space_of;

TEST(Axes, TakesPointsToParamsAndBack) {
  const Axes axes(space_of(testing::mixed_space));
  const Params params = Json::parse(R"({"width":31,"depth":4,"rate":0.03125,"kind":"b","size":8,"extra":0.75})");
  const Params back = axes.params(axes.point(params));
  EXPECT_EQ(back.at("width"), Json(31));
  EXPECT_EQ(back.at("depth"), Json(4));
  EXPECT_EQ(back.at("kind"), Json("b"));
  EXPECT_EQ(back.at("size"), Json(8));
  EXPECT_NEAR(back.at("rate").as_real(), 0.03125, 1e-12);
  EXPECT_NEAR(back.at("extra").as_real(), 0.75, 1e-12);
  // By name, the last in the alphabet first: width, size, rate, kind, extra, depth.
  EXPECT_EQ(axes.point(params)[1], 0);  // 8 is the least of 32, 8 and 16.
  EXPECT_TRUE(std::isnan(axes.point(Json::parse(R"({"kind":"a"})"))[4]));
  EXPECT_TRUE(std::isnan(axes.point(Json::parse(R"({"kind":"outside"})"))[3]));
  EXPECT_EQ(axes.groups(), (std::vector<std::vector<size_t>>{{0, 1, 2, 3, 5}, {4}}));
}

/// The sum of a density times the space's own, over a grid.
TEST(Parzen, HasAMassOfOne) {
  const Axes axes(
      space_of(R"({"a": {"float": [0, 1]}, "b": {"int": [1, 9], "log": true}, "c": {"choice": ["x", "y"]}})"));
  const Point one{0, 2, 0.1}, two{1, 8, 0.95};  // c, b, a
  const Parzen parzen(axes, {0, 1, 2}, {{&one, 1}, {&two, 2}}, {.bandwidth = 0.15});
  double mass = 0;
  constexpr int lines = 400;
  for (double c = 0; c < 2; ++c) {
    for (size_t b = 0; b < 9; ++b) {
      const double share = axes.axes()[1].bounds[b + 1] - axes.axes()[1].bounds[b];
      for (int a = 0; a < lines; ++a)
        mass += parzen.density({c, static_cast<double>(b), (a + 0.5) / lines}) * share * 0.5 / lines;
    }
  }
  EXPECT_NEAR(mass, 1, 1e-4);
}

/// Frequencies of draws against the density, on each axis' halves.
TEST(Parzen, DrawsByItsDensity) {
  const Axes axes(space_of(R"({"a": {"float": [0, 1]}, "b": {"int": [1, 6]}})"));
  const Point one{1, 0.2};  // b, a
  const Parzen parzen(axes, {0, 1}, {{&one, 1}}, {.bandwidth = 0.2});
  constexpr int draws = 20'000, lines = 200;
  const Random random(3, Purpose::sampler);
  std::vector<double> counted(12), expected(12);
  for (uint64_t i = 0; i < draws; ++i) {
    Point point(2);
    parzen.draw(random, i * 3, point);
    counted[static_cast<size_t>(point[0]) * 2 + (point[1] < 0.5 ? 0 : 1)] += 1.0 / draws;
  }
  for (size_t b = 0; b < 6; ++b) {
    for (int a = 0; a < lines; ++a)
      expected[b * 2 + (a < lines / 2 ? 0 : 1)] +=
          parzen.density({static_cast<double>(b), (a + 0.5) / lines}) / 6 / lines;
  }
  for (size_t i = 0; i < counted.size(); ++i) EXPECT_NEAR(counted[i], expected[i], 0.012) << i;
}

TEST(TpeSampler, FindsBetterTrialsThanRandom) {
  double tpe = 0, random = 0;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    tpe += best_found("tpe", seed, 80) / 10;
    random += best_found("random", seed, 80) / 10;
  }
  EXPECT_LT(tpe, 0.7 * random);
}

TEST(TpeSampler, TriesNothingTwiceInASmallSpace) {
  SearchProblem problem{
      space_of(R"({"a": {"int": [1, 5]}, "b": {"choice": ["x", "y", "z"]}})"), {"loss", false}, 1, {}};
  const Axes axes(problem.space);
  const auto sampler = make_sampler("tpe", problem, "");
  std::vector<TrialView> history;
  std::set<std::string> seen;
  for (int number = 0; number < 15; ++number) {
    TrialView trial{
        .number = number, .params = *sampler->sample(number, history), .state = TrialView::State::completed};
    trial.point = axes.point(trial.params);
    trial.rungs = {static_cast<double>(trial.params.at("a").as_integer())};
    seen.insert(trial.params.dump());
    history.push_back(trial);
  }
  EXPECT_GE(seen.size(), 12U);
  EXPECT_TRUE(sampler->sample(15, history));
}

/// Trials that run are kept away from.
TEST(TpeSampler, SpreadsTrialsSideBySide) {
  SearchProblem problem{space_of(R"({"a": {"float": [0, 1]}})"), {"loss", false}, 1, {}};
  const auto sampler = make_sampler("tpe", problem, "");
  std::vector<TrialView> history;
  for (int number = 0; number < 30; ++number) {
    const double a = (number + 0.5) / 30;
    history.push_back({.number = number,
                       .params = Json::Object{{"a", a}},
                       .point = {a},
                       .state = TrialView::State::completed,
                       .rungs = {std::abs(a - 0.5)}});
  }
  const auto spread = [&](bool with_running) {
    std::vector<TrialView> trials = history;
    double sum = 0;
    for (int number = 30; number < 40; ++number) {
      const Params params = *sampler->sample(number, trials);
      const double a = params.at("a").as_real();
      sum += std::abs(a - 0.5);
      if (with_running) trials.push_back({.number = number, .params = params, .point = {a}});
    }
    return sum;
  };
  EXPECT_GT(spread(true), spread(false));
}

}  // namespace
}  // namespace sluice
