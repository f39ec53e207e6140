#include "sluice/experiment/check.h"

#include <gtest/gtest.h>

#include "sluice/experiment/tiny_experiment_testing.h"

namespace sluice {
namespace {

using sluice::testing::make_tiny_experiment;

TEST(Check, DescribesTrialZero) {
  auto tiny = make_tiny_experiment();
  CheckResult result = check_experiment(tiny.experiment, tiny.data);
  ASSERT_EQ(result.layers.size(), 4U);
  EXPECT_EQ(result.layers[1].class_name, "Dense");
  EXPECT_EQ(result.layers[1].shape, (Shape{8}));
  EXPECT_EQ(result.layers[1].parameters, 4 * 8 + 8);
  EXPECT_EQ(result.parameters, 4 * 8 + 8 + 8 * 3 + 3);
  EXPECT_EQ(result.layers[2].inputs, (std::vector<std::string>{"dense"}));
  EXPECT_EQ(result.epoch_cost, static_cast<uint64_t>(result.flop) * (3 * 80 + 16));
  EXPECT_EQ(result.train_rows, 80);
  EXPECT_EQ(result.epochs, 3);
  EXPECT_GT(result.epoch_seconds, 0);
  EXPECT_EQ(to_json(result).at("layers")[3].at("shape").dump(), "[3]");
}

TEST(Check, MeasuresNothingWhereMemoryIsShort) {
  auto tiny = make_tiny_experiment();
  CheckResult result = check_experiment(tiny.experiment, tiny.data, 1000);
  EXPECT_GT(result.memory, 1000);
  EXPECT_FALSE(result.epoch_seconds || result.trial_seconds);
  EXPECT_TRUE(to_json(result).at("epoch_seconds").is_null());
}

TEST(Check, ExpectsTrialsOfAverageCost) {
  auto tiny = make_tiny_experiment({"space.units={int: [72, 88]}", "search.trials=11"});
  CheckResult result = check_experiment(tiny.experiment, tiny.data);
  ASSERT_TRUE(result.trial_seconds && result.study_seconds);
  EXPECT_NEAR(*result.study_seconds / *result.trial_seconds, 1 + 10 * 10, 5);
}

TEST(Check, NeedsNoObjectiveWithoutASearch) {
  auto tiny = make_tiny_experiment();
  Experiment experiment = parse_experiment(
      "data: {train: train.npz}\nmodel: [{Dense: {units: 3}}]\nfit: {optimizer: Adam, loss: mse, batch_size: 16}\n",
      "t.yaml", "");
  ExperimentData data = tiny.data;
  data.train.labels = {{"", Tensor(DType::float32, {80, 3})}};
  data.validation = {};
  data.test = {};
  EXPECT_EQ(check_experiment(experiment, data).layers.size(), 2U);
}

}  // namespace
}  // namespace sluice
