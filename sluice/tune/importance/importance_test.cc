#include "sluice/tune/importance/importance.h"

#include <gmock/gmock.h>

#include "sluice/tune/importance/fanova.h"
#include "sluice/tune/importance/ped_anova.h"

namespace sluice {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::Lt;

/// Results of a function of the parameters at random points.
template <class Function>
Results sampled(const Axes& axes, size_t count, Function function) {
  const Random random(1, Purpose::fuzz);
  Results results;
  for (size_t i = 0; i < count; ++i) {
    Point point(axes.size());
    for (size_t axis = 0; axis < axes.size(); ++axis)
      point[axis] = axes.coordinate_at(axis, random.uniform(i * axes.size() + axis));
    results.values.push_back(function(axes.params(point)));
    results.points.push_back(std::move(point));
  }
  return results;
}

double real(const Params& params, const char* name) { return params.at(name).as_real(); }

/// Axes come in the order c, b, a.
Axes three_floats() {
  return Axes(Space::read(Json::parse(R"({"a": {"float": [0, 1]}, "b": {"float": [0, 1]}, "c": {"float": [0, 1]}})")));
}

TEST(Fanova, SharesOfASumAreThoseOfItsVariances) {
  const Axes axes = three_floats();
  const Results results =
      sampled(axes, 2000, [](const Params& p) { return 2 * real(p, "a") + real(p, "b"); });  // Variances 4/12 and 1/12.
  EXPECT_THAT(fanova(axes, results), ElementsAre(DoubleNear(0, 0.02), DoubleNear(0.2, 0.05), DoubleNear(0.8, 0.05)));
}

TEST(Fanova, WhatActsTogetherBelongsToNoneAlone) {
  const Axes axes = three_floats();
  const Results results =
      sampled(axes, 2000, [](const Params& p) { return (real(p, "a") - 0.5) * (real(p, "b") - 0.5); });
  for (double share : fanova(axes, results)) EXPECT_LT(share, 0.2);
}

TEST(Fanova, LogarithmicRangesCountByTheirDistribution) {
  const Axes axes(Space::read(Json::parse(R"({"a": {"float": [1e-4, 1], "log": true}, "b": {"int": [1, 4]}})")));
  const Results results = sampled(
      axes, 2000, [](const Params& p) { return std::log10(real(p, "a")) / 4 + real(p, "b"); });  // 1/12 and 15/12.
  EXPECT_THAT(fanova(axes, results), ElementsAre(DoubleNear(15.0 / 16, 0.03), DoubleNear(1.0 / 16, 0.03)));
}

TEST(Fanova, CategoriesHaveNoOrder) {
  const Axes axes(Space::read(Json::parse(R"({"a": {"choice": ["x", "y", "z"]}, "b": {"float": [0, 1]}})")));
  const Results results = sampled(axes, 500, [](const Params& p) { return p.at("a") == Json("y") ? 1.0 : 0.0; });
  EXPECT_THAT(fanova(axes, results), ElementsAre(DoubleNear(0, 0.01), DoubleNear(1, 0.01)));
}

TEST(Fanova, SaysNothingOfEqualResults) {
  const Axes axes = three_floats();
  EXPECT_THAT(fanova(axes, sampled(axes, 100, [](const Params&) { return 1.0; })), IsEmpty());
  EXPECT_THAT(fanova(axes, {}), IsEmpty());
}

TEST(PedAnova, FindsWhatMakesTheBest) {
  const Axes axes = three_floats();
  const Results results = sampled(
      axes, 1000, [](const Params& p) { return std::abs(real(p, "a") - 0.3) + 0.2 * std::abs(real(p, "b") - 0.6); });
  const std::vector<double> shares = ped_anova(axes, results);
  EXPECT_THAT(shares, ElementsAre(Lt(0.05), Lt(0.2), Gt(0.75)));
  EXPECT_NEAR(shares[0] + shares[1] + shares[2], 1, 1e-9);
}

TEST(PedAnova, SaysNothingOfFewOrEqualResults) {
  const Axes axes = three_floats();
  EXPECT_THAT(ped_anova(axes, sampled(axes, 8, [](const Params& p) { return real(p, "a"); })), IsEmpty());
  EXPECT_THAT(ped_anova(axes, sampled(axes, 100, [](const Params&) { return 1.0; })), IsEmpty());
}

/// A study over "a" and, in every second trial, "b"; all have one epoch, every third one three.
StudySummary study() {
  StudySummary study;
  study.objective = Objective::parse("max val_accuracy");
  study.identity["space"] = Json::parse(
      R"({"kind": {"choice": ["p", "q"]}, "a": {"float": [0, 1]}, "b": {"float": [0, 1], "when": {"kind": "q"}}})");
  for (int64_t number = 0; number < 60; ++number) {
    const double a = static_cast<double>(number * 37 % 60) / 60;
    TrialSummary trial{.number = number, .state = TrialState::completed};
    trial.params = Json::Object{{"kind", number % 2 == 0 ? "p" : "q"}, {"a", a}};
    if (number % 2 != 0) trial.params["b"] = 0.5;
    for (int64_t epoch = 1; epoch <= (number % 3 == 0 ? 3 : 1); ++epoch)
      trial.records.push_back({.epoch = epoch, .objective = epoch == 1 ? a : 1.0});
    study.trials.push_back(std::move(trial));
  }
  return study;
}

TEST(Importance, ComparesTrialsAfterAsManyEpochs) {
  const auto importance = importance_of(study());
  ASSERT_TRUE(importance);
  EXPECT_EQ(importance->epochs, 1);
  EXPECT_EQ(importance->trials, 60);
  EXPECT_THAT(importance->names, ElementsAre("kind", "a"));  // "b" is not in all of them.
  EXPECT_GT(importance->fanova[1], 0.9);
  EXPECT_GT(importance->ped_anova[1], 0.9);
}

TEST(Importance, NeedsTrials) {
  StudySummary few = study();
  few.trials.resize(3);
  EXPECT_FALSE(importance_of(few));
  few.trials.clear();
  EXPECT_FALSE(importance_of(few));
}

}  // namespace
}  // namespace sluice
