#include "sluice/experiment/preflight.h"

#include <gtest/gtest.h>

#include "sluice/experiment/tiny_experiment_testing.h"

namespace sluice {
namespace {

using sluice::testing::make_tiny_experiment;

std::string error_of(const std::vector<std::string>& overrides) {
  return sluice::testing::error_of([&] {
    auto tiny = make_tiny_experiment(overrides);
    check_first_trial(tiny.experiment, tiny.data);
    check_search_trials(tiny.experiment, tiny.data);
  });
}

TEST(Preflight, AcceptsTheTinyExperiment) { EXPECT_EQ(error_of({}), "no error"); }

TEST(Preflight, ChecksTheBatchSize) {
  EXPECT_EQ(error_of({"fit.batch_size=81"}),
            "--set fit.batch_size=81: batch_size: 81 is more than the 80 training rows");
}

TEST(Preflight, ChecksTheObjective) {
  EXPECT_EQ(error_of({"search.objective=max val_acuracy"}),
            "--set search.objective=max val_acuracy: objective: unknown metric \"val_acuracy\". Did you mean "
            "\"val_accuracy\"?");
  EXPECT_EQ(error_of({"data.validation=null"}), "tiny.yaml:17:21: objective: val_accuracy needs data.validation");
}

TEST(Preflight, ChecksTheEndsOfRanges) {
  EXPECT_EQ(error_of({"space.units.int=[0, 16]"}), "tiny.yaml:15:3: space.units: with 0: units: expected >= 1, got 0");
  EXPECT_EQ(
      error_of({"space.units={choice: [4, many]}"}),
      "--set space.units={choice: [4, many]}: space.units: with \"many\": units: expected an integer, got \"many\"");
  EXPECT_EQ(error_of({"space.units={float: [4, 5]}"}),
            "--set space.units={float: [4, 5]}: space.units: with 4.618033988749895: units: expected an integer, got "
            "4.618033988749895");
}

TEST(Preflight, ChecksEnqueuedTrials) {
  EXPECT_EQ(error_of({"search.enqueue=[{units: -1, learning_rate: 0.1}]"}),
            "--set search.enqueue=[{units: -1, learning_rate: 0.1}]: units: -1 is outside of the space: "
            "{\"int\":[4,16]}");
}

std::vector<std::string> loss_and_units(const std::vector<std::string>& more = {}) {
  std::vector<std::string> overrides{"model.2.Dense.units=$k",
                                     "fit.loss=$l",
                                     "fit.metrics=[]",
                                     "search.objective=min val_loss",
                                     "space.k={choice: [3, 1]}",
                                     "space.l={choice: [sparse_categorical_crossentropy, mse]}",
                                     "defaults.k=3",
                                     "defaults.l=sparse_categorical_crossentropy"};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return overrides;
}

TEST(Preflight, AcceptsValuesThatNeedAnotherThanTheDefault) {
  EXPECT_EQ(error_of(loss_and_units()), "no error");
  EXPECT_NE(error_of(loss_and_units({"space.k={choice: [3, 0]}"})).find("space.k: with 0: units"), std::string::npos);
  EXPECT_NE(error_of(loss_and_units({"search.enqueue=[{k: 1}]"})).find(": enqueue: output \"dense_1\": "),
            std::string::npos);
}

TEST(Preflight, ChecksLabelsOfEveryChoice) {
  EXPECT_EQ(
      error_of({"model.2.Dense.units=$k", "space.k={choice: [3, 2]}", "defaults.k=3"}),
      "--set space.k={choice: [3, 2]}: space.k: with 2: label 2 in row 2: expected a class number from 0 to 1, as "
      "the model has 2 outputs");
  EXPECT_NE(error_of({"fit.loss=$l", "space.l={choice: [sparse_categorical_crossentropy, mse]}", "fit.metrics=[]",
                      "search.objective=min val_loss", "defaults.l=sparse_categorical_crossentropy"})
                .find("space.l: with \"mse\": loss mse compares"),
            std::string::npos);
}

TEST(Preflight, ChecksLabels) {
  EXPECT_EQ(error_of({"model.2.Dense.units=2"}),
            "tiny.yaml:2:8: label 2 in row 2: expected a class number from 0 to 1, as the model has 2 outputs");
}

}  // namespace
}  // namespace sluice
