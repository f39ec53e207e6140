#include "sluice/experiment/advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/experiment/tiny_experiment_testing.h"

namespace sluice {
namespace {

std::vector<std::string> advice_with(const std::vector<std::string>& overrides) {
  auto tiny = sluice::testing::make_tiny_experiment(overrides);
  return advice_on(instantiate(tiny.experiment, {}, tiny.data.input_shapes()));
}

TEST(Advice, ProbabilitiesForLossesThatExpectThem) {
  EXPECT_TRUE(advice_with({}).empty());
  EXPECT_THAT(
      advice_with({"model.2={Dense: {units: 3}}"}),
      ::testing::ElementsAre("sparse_categorical_crossentropy expects probabilities, but the output \"dense_1\" "
                             "has the activation linear; use softmax or sigmoid, or from_logits: true"));
  EXPECT_TRUE(
      advice_with({"model.2={Dense: {units: 3}}", "fit.loss={SparseCategoricalCrossentropy: {from_logits: true}}"})
          .empty());
  EXPECT_TRUE(advice_with({"model.2={Dense: {units: 3, activation: sigmoid}}"}).empty());
}

}  // namespace
}  // namespace sluice
