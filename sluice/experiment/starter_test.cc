#include "sluice/experiment/starter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/experiment/preflight.h"
#include "sluice/experiment/tiny_experiment_testing.h"

namespace sluice {
namespace {

using ::testing::HasSubstr;

/// Checks that the file for such rows can be trained, and returns it.
std::string checked_starter(const Dataset& rows) {
  std::string text = starter_experiment({"first", "train: t.npz", rows});
  const Experiment experiment = parse_experiment(text, "first.yaml", "");
  ExperimentData data{.train = rows, .validation = rows, .test = {}, .hashes = {}};
  check_first_trial(experiment, data);
  check_search_trials(experiment, data);
  return text;
}

TEST(Starter, SuitsImagesOfClasses) {
  Tensor labels(DType::uint8, {40});
  labels.values<uint8_t>()[7] = 9;
  const std::string text = checked_starter({{{"", Tensor(DType::uint8, {40, 28, 28})}}, {{"", labels}}});
  EXPECT_THAT(text, HasSubstr("Conv2D"));
  EXPECT_THAT(text, HasSubstr("Rescaling"));
  EXPECT_THAT(text, HasSubstr("units: 10, activation: softmax"));
  EXPECT_THAT(text, HasSubstr("max val_accuracy"));
}

TEST(Starter, SuitsTablesOfNumbers) {
  const std::string text =
      checked_starter({{{"", Tensor(DType::float32, {40, 5})}}, {{"", Tensor(DType::float32, {40, 2})}}});
  EXPECT_THAT(text, HasSubstr("Normalization"));
  EXPECT_THAT(text, HasSubstr("- Dense: {units: 2}\n"));
  EXPECT_THAT(text, HasSubstr("loss: mse"));
}

TEST(Starter, JoinsSeveralInputs) {
  const std::string text =
      checked_starter({{{"stone", Tensor(DType::float32, {40, 6})}, {"age", Tensor(DType::float32, {40})}},
                       {{"", Tensor(DType::float64, {40})}}});
  EXPECT_THAT(text, HasSubstr("inputs: [stone_scaled, age_scaled]"));
}

TEST(Starter, NeedsLabels) {
  EXPECT_THAT(
      sluice::testing::error_of([] { starter_experiment({"a", "", {{{"", Tensor(DType::float32, {4, 5})}}, {}}}); }),
      HasSubstr("no labels"));
}

}  // namespace
}  // namespace sluice
