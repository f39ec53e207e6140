#include "sluice/tune/warm_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sluice/base/error.h"
#include "sluice/params/fields.h"
#include "sluice/tune/sampler/registry.h"
#include "sluice/tune/testing/inline_executor.h"
#include "sluice/tune/testing/search_case.h"
#include "sluice/tune/testing/study_case.h"
#include "sluice/tune/testing/synthetic_runner.h"

namespace sluice {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using testing::ScratchFolder;

const char* const line = R"({"x": {"float": [0, 1]}})";

/// Earlier trials of a loss that is least at x = 0.8.
std::vector<EarlierTrial> earlier_trials() {
  std::vector<EarlierTrial> trials;
  for (int i = 0; i <= 20; ++i) trials.push_back({Json::Object{{"x", i / 20.0}}, true, {std::abs(i / 20.0 - 0.8)}});
  return trials;
}

TEST(WarmSampler, BeginsWhereTheEarlierStudyEnded) {
  const SearchProblem problem{testing::space_of(line), {"loss", false}, 1, {}};
  for (const char* name : {"tpe", "gp"}) {
    const auto sampler = make_warm_sampler(make_sampler(name, problem, ""), problem, earlier_trials());
    double distance = 0;
    for (int number = 0; number < 8; ++number)
      distance += std::abs(sampler->sample(number, {})->at("x").as_real() - 0.8) / 8;
    EXPECT_LT(distance, 0.15) << name;
  }
}

TEST(WarmSampler, TellsTheTrialsOfThisStudyFromTheEarlierOnes) {
  const SearchProblem problem{testing::space_of(line), {"loss", false}, 1, {}};
  const auto sampler = make_warm_sampler(make_sampler("tpe", problem, ""), problem, earlier_trials());
  std::vector<TrialView> trials;
  const Axes axes(problem.space);
  for (int number = 0; number < 3; ++number) {
    const auto params = *sampler->sample(number, trials);
    EXPECT_EQ(params, *sampler->sample(number, trials));
    for (const TrialView& trial : trials) EXPECT_NE(trial.params, params);
    trials.push_back({.number = number,
                      .params = params,
                      .point = axes.point(params),
                      .state = TrialView::State::completed,
                      .rungs = {0.5}});
  }
}

TEST(WarmSampler, IsNoneThatDoesNotLearn) {
  const SearchProblem problem{testing::space_of(line), {"loss", false}, 1, {}};
  for (const char* name : {"tpe", "gp", "cma_es"})
    EXPECT_NO_THROW(check_learns(*make_sampler(name, problem, ""), "/search/warm_start")) << name;
  for (const char* name : {"random", "quasi_random"})
    EXPECT_THROW(check_learns(*make_sampler(name, problem, ""), "/search/warm_start"), PathError) << name;
}

StudyResult run(const StudyOptions& options) {
  testing::SyntheticRunner runner;
  testing::InlineExecutor executor(runner);
  return run_study(options, runner, executor);
}

TEST(EarlierStudy, HoldsWhatEndedInTheSpace) {
  const ScratchFolder directory;
  StudyOptions options = testing::study_options(directory.path());
  options.pruner = "asha";
  const StudyResult result = run(options);
  const SearchProblem problem = search_problem(options);
  const EarlierStudy all = read_earlier_study(directory.path(), problem);
  EXPECT_EQ(static_cast<int64_t>(all.trials.size()), result.completed + result.pruned);
  EXPECT_EQ(all.others, 0);
  int64_t completed = 0;
  for (const EarlierTrial& trial : all.trials) {
    completed += trial.completed ? 1 : 0;
    EXPECT_FALSE(trial.values.empty());
  }
  EXPECT_EQ(completed, result.completed);

  SearchProblem narrow = problem;
  narrow.space = testing::space_of(R"({"units": {"int": [1, 12]}, "rate": {"float": [0.001, 1], "log": true}})");
  const EarlierStudy some = read_earlier_study(directory.path(), narrow);
  EXPECT_EQ(static_cast<int64_t>(some.trials.size()) + some.others, static_cast<int64_t>(all.trials.size()));
  EXPECT_GT(some.others, 0);
  std::vector<int64_t> units;
  for (const EarlierTrial& trial : some.trials) units.push_back(trial.params.at("units").as_integer());
  EXPECT_THAT(units, Each(::testing::Le(12)));
}

std::string refusal(const Path& directory, const SearchProblem& problem) {
  try {
    read_earlier_study(directory, problem);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(EarlierStudy, IsRefusedWhereItIsOfNoUse) {
  const ScratchFolder directory, empty;
  const StudyOptions options = testing::study_options(directory.path());
  run(options);
  SearchProblem problem = search_problem(options);
  EXPECT_THAT(refusal(empty.path(), problem), HasSubstr("holds no study"));
  problem.objective = Objective::parse("min val_loss");
  EXPECT_THAT(refusal(directory.path(), problem), HasSubstr("looked for max accuracy, this one for min val_loss"));
  problem = search_problem(options);
  problem.space = testing::space_of(R"({"depth": {"int": [1, 12]}})");
  EXPECT_THAT(refusal(directory.path(), problem), HasSubstr("no trial of"));
}

TEST(Study, ThatStartsWarmIsAnother) {
  const ScratchFolder earlier, directory;
  run(testing::study_options(earlier.path()));
  StudyOptions options = testing::study_options(directory.path());
  options.sampler = "tpe";
  options.earlier = read_earlier_study(earlier.path(), search_problem(options));
  run(options);
  const auto decisions = testing::decisions_of(directory.path());
  options.earlier.trials.pop_back();
  EXPECT_THROW(run(options), Error);
  options.earlier = {};
  EXPECT_THROW(run(options), Error);

  const ScratchFolder cold;
  options.directory = cold.path();
  run(options);
  EXPECT_NE(testing::decisions_of(cold.path()), decisions);
}

}  // namespace
}  // namespace sluice
