#include "sluice/tune/sampler/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sluice/base/canonical.h"
#include "sluice/params/fields.h"
#include "sluice/tune/sampler/registry.h"

namespace sluice {
namespace {

using ::testing::HasSubstr;

SearchProblem problem_of(uint64_t seed) {
  auto space =
      Space::read(Json::parse(R"({"units": {"int": [1, 64], "log": true}, "rate": {"float": [0, 0.9], "step": 0.1},
                                          "kind": {"choice": ["relu", {"leaky": 0.1}]},
                                          "slope": {"float": [0, 1], "step": 0.5, "when": {"kind": {"leaky": 0.1}}}})"));
  Params defaults = space.read_params(Json::parse(R"({"units": 3, "rate": 0, "kind": "relu"})"), "");
  return {space, {"accuracy", true}, seed, {defaults}};
}

/// A history of `count` trials, every third running, every seventh failed.
std::vector<TrialView> history(const SearchProblem& problem, int64_t count) {
  std::vector<TrialView> trials;
  for (int64_t number = 0; number < count; ++number) {
    TrialView trial{.number = number, .params = problem.given[0], .state = TrialView::State::completed};
    trial.params["units"] = 1 + number % 64;
    trial.point = Axes(problem.space).point(trial.params);
    if (number % 3 == 0) trial.state = TrialView::State::running;
    if (number % 7 == 0) trial.state = TrialView::State::failed;
    if (trial.state == TrialView::State::completed) trial.rungs = {static_cast<double>(number % 10)};
    trials.push_back(trial);
  }
  return trials;
}

/// What every sampler keeps.
class SamplerConformance : public ::testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Sampler> make(uint64_t seed) { return make_sampler(Json::parse(GetParam()), problem_of(seed), ""); }
};

TEST_P(SamplerConformance, GivesEveryParameterAValueOfItsDomain) {
  auto problem = problem_of(1);
  auto sampler = make(1);
  for (int64_t number = 1; number < 100; ++number) {
    auto params = sampler->sample(number, history(problem, number));
    ASSERT_TRUE(params);
    EXPECT_EQ(problem.space.read_params(*params, ""), *params) << params->dump();
    for (const auto& [name, domain, when] : problem.space.parameters()) {
      if (!params->contains(name)) continue;
      bool known = false;
      for (int64_t i = 0; i < *grid_size(domain); ++i) known = known || grid_value(domain, i) == params->at(name);
      EXPECT_TRUE(known) << params->dump();
    }
  }
}

/// The same map with the keys in alphabetical order, and the space so.
TEST_P(SamplerConformance, DoesNotDependOnTheOrderOfTheSpace) {
  const SearchProblem problem = problem_of(1);
  SearchProblem sorted = problem;
  sorted.space = Space::read(canonical(problem.space.to_json()));
  ASSERT_NE(sorted.space.names(), problem.space.names());
  const auto a = make(1), b = make_sampler(Json::parse(GetParam()), sorted, "");
  for (int64_t number = 1; number < 50; ++number)
    EXPECT_EQ(canonical(*a->sample(number, history(problem, number))),
              canonical(*b->sample(number, history(sorted, number))));
}

TEST_P(SamplerConformance, DependsOnItsArgumentsOnly) {
  auto problem = problem_of(1);
  auto sampler = make(1);
  auto again = make(1);
  std::vector<Params> forwards;
  for (int64_t number = 1; number < 30; ++number)
    forwards.push_back(*sampler->sample(number, history(problem, number)));
  for (int64_t number = 29; number > 0; --number) {
    EXPECT_EQ(*again->sample(number, history(problem, number)), forwards[static_cast<size_t>(number - 1)]);
  }
}

/// As long as nothing is known: from the same results a model may come to the same trial.
TEST_P(SamplerConformance, DependsOnTheSeed) {
  auto one = make(1);
  auto two = make(2);
  int same = 0;
  for (int64_t number = 1; number < 30; ++number) {
    same += *one->sample(number, {}) == *two->sample(number, {});
  }
  EXPECT_LT(same, 10);
}

// A new sampler joins here.
INSTANTIATE_TEST_SUITE_P(Samplers, SamplerConformance,
                         ::testing::Values(R"("random")", R"("quasi_random")", R"({"grid": {}})", R"("tpe")",
                                           R"({"tpe": {"startup_trials": 3}})", R"("cma_es")", R"("gp")",
                                           R"({"gp": {"startup_trials": 3, "most_results": 12}})"));

TEST(GridSampler, TriesEveryCombinationOnceBesideTheGivenOnes) {
  auto problem = problem_of(5);
  auto sampler = make_sampler("grid", problem, "");
  std::set<std::string> seen = {problem.given[0].dump()};
  int64_t number = 1;
  for (; auto params = sampler->sample(number, {}); ++number) EXPECT_TRUE(seen.insert(params->dump()).second);
  constexpr int64_t combinations = 2560;  // 64 · 10 · (1 + 3)
  EXPECT_EQ(number, combinations);
  EXPECT_EQ(seen.size(), static_cast<size_t>(combinations));
  EXPECT_EQ(sampler->most_trials(), combinations);
}

TEST(GridSampler, NeedsAStepForReals) {
  auto problem = problem_of(1);
  problem.space = Space::read(Json::parse(R"({"rate": {"float": [0, 1]}})"));
  EXPECT_THROW(
      {
        try {
          make_sampler("grid", problem, "/search/sampler");
        } catch (const PathError& error) {
          EXPECT_EQ(error.path(), "/space/rate");
          EXPECT_THAT(error.what(), HasSubstr("\"rate\""));
          throw;
        }
      },
      PathError);
}

TEST(GridSampler, RefusesGridsBeyondTenMillion) {
  auto problem = problem_of(1);
  problem.space = Space::read(Json::parse(R"({"a": {"int": [1, 5000]}, "b": {"int": [1, 5000]}})"));
  EXPECT_THROW(make_sampler("grid", problem, ""), PathError);
}

TEST(Samplers, AreFoundByName) {
  EXPECT_EQ(describe_samplers().front().name, "random");
  try {
    make_sampler("gird", problem_of(1), "/search/sampler");
    FAIL();
  } catch (const PathError& error) {
    EXPECT_EQ(error.path(), "/search/sampler");
    EXPECT_THAT(error.what(), HasSubstr("Did you mean \"grid\"?"));
  }
  EXPECT_THROW(make_sampler(Json::parse(R"({"grid": {}, "random": {}})"), problem_of(1), ""), PathError);
  EXPECT_THROW(make_sampler(3, problem_of(1), ""), PathError);
}

}  // namespace
}  // namespace sluice
