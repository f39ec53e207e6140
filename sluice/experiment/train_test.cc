#include "sluice/experiment/train.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sluice/experiment/tiny_experiment_testing.h"
#include "sluice/formats/keras_file.h"

namespace sluice {
namespace {

using sluice::testing::make_tiny_experiment;
using sluice::testing::TemporaryFolder;

ErrorCode code_of(const sluice::testing::TinyExperiment& tiny, const TrainOptions& options) {
  try {
    run_training(tiny.experiment, tiny.data, options);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

TEST(Train, WritesTheModelAndItsScores) {
  auto tiny = make_tiny_experiment({"fit.epochs=20"});
  TemporaryFolder folder;
  int64_t epochs = 0;
  auto observe = [&](const TrainingProgress& progress) { epochs += progress.scores.empty() ? 0 : 1; };
  TrainResult result =
      run_training(tiny.experiment, tiny.data, {.output = folder.path() / "m.keras", .seed = 1, .observe = observe});
  EXPECT_EQ(epochs, 20);
  ASSERT_EQ(result.scores.size(), 4U);
  EXPECT_EQ(result.scores[3].first, "val_accuracy");
  EXPECT_GT(result.scores[3].second, 0.7);
  ASSERT_TRUE(result.test);
  EXPECT_GT(result.samples_per_second, 0);
  Model model = load_model(result.model);
  EXPECT_EQ(model.facts.at("experiment").at("name"), Json("tiny"));
  EXPECT_EQ(model.facts.at("classes"), Json(3));
  EXPECT_EQ(model.facts.at("data"), tiny.data.hashes);
}

TEST(Train, GivesTheSameWeightsForTheSameSeed) {
  auto tiny = make_tiny_experiment();
  TemporaryFolder folder;
  auto train = [&](const char* file, uint64_t seed) {
    run_training(tiny.experiment, tiny.data, {.output = folder.path() / file, .seed = seed});
    return read_file(folder.path() / file);
  };
  std::string first = train("a.keras", 1);
  EXPECT_EQ(first, train("b.keras", 1));
  EXPECT_NE(first, train("c.keras", 2));
}

TEST(Train, StartsFromAModelFile) {
  auto tiny = make_tiny_experiment();
  TemporaryFolder folder;
  Path first = folder.path() / "first.keras";
  TrainResult trained = run_training(tiny.experiment, tiny.data, {.output = first, .seed = 1});
  auto next = make_tiny_experiment(
      {"model=" + first.string(), "fit={epochs: 1, batch_size: 16, optimizer: {SGD: {learning_rate: 1e-9}}}"});
  TrainResult result = run_training(next.experiment, next.data, {.output = folder.path() / "next.keras", .seed = 2});
  ASSERT_TRUE(trained.test && result.test);
  EXPECT_NEAR(trained.test->at(0).second, result.test->at(0).second, 1e-5);
}

TEST(Train, KeepsTheLastFinishedEpochWhenInterrupted) {
  TemporaryFolder folder;
  auto whole = make_tiny_experiment({"fit.epochs=2"});
  run_training(whole.experiment, whole.data, {.output = folder.path() / "two.keras", .seed = 1});
  auto tiny = make_tiny_experiment({"fit.epochs=9"});
  std::atomic<bool> stop = false;
  auto observe = [&](const TrainingProgress& progress) { stop = progress.epoch == 3 && progress.step == 2; };
  TrainResult result = run_training(
      tiny.experiment, tiny.data, {.output = folder.path() / "m.keras", .seed = 1, .stop = &stop, .observe = observe});
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.epochs, 2);
  EXPECT_FALSE(result.test);
  EXPECT_EQ(result.scores.size(), 4U);
  Model model = load_model(result.model);
  Model two = load_model(folder.path() / "two.keras");
  EXPECT_TRUE(std::ranges::equal(std::as_const(model.weights).bytes(), std::as_const(two.weights).bytes()));
  EXPECT_EQ(model.facts.at("epoch"), Json(2));
  EXPECT_EQ(model.facts.at("metrics"), two.facts.at("metrics"));
}

TEST(Train, LeavesNothingBehindWhenItFails) {
  TemporaryFolder folder;
  Path output = folder.path() / "m.keras";
  auto diverges = make_tiny_experiment({"defaults.learning_rate=1e30"});
  EXPECT_EQ(code_of(diverges, {.output = output}), ErrorCode::failed);
  std::atomic<bool> stop = true;
  auto tiny = make_tiny_experiment();
  EXPECT_EQ(code_of(tiny, {.output = output, .stop = &stop}), ErrorCode::interrupted);
  EXPECT_EQ(code_of(tiny, {.output = folder.path() / "no" / "m.keras"}), ErrorCode::invalid_argument);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace sluice
