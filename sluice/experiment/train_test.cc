#include "sluice/experiment/train.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sluice/base/hash.h"
#include "sluice/experiment/tiny_experiment_testing.h"
#include "sluice/formats/keras_file.h"

namespace sluice {
namespace {

using sluice::testing::make_tiny_experiment;
using sluice::testing::ScratchFolder;

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
  ScratchFolder folder;
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
  ScratchFolder folder;
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
  ScratchFolder folder;
  Path first = folder.path() / "first.keras";
  TrainResult trained = run_training(tiny.experiment, tiny.data, {.output = first, .seed = 1});
  auto next = make_tiny_experiment(
      {"model=" + first.string(), "fit={epochs: 1, batch_size: 16, optimizer: {SGD: {learning_rate: 1e-9}}}"});
  TrainResult result = run_training(next.experiment, next.data, {.output = folder.path() / "next.keras", .seed = 2});
  ASSERT_TRUE(trained.test && result.test);
  EXPECT_NEAR(trained.test->at(0).second, result.test->at(0).second, 1e-5);
}

/// Trains with Adam, whose moments and step make the second epoch another one.
Model train_with_adam(const Path& output, const std::vector<std::string>& overrides) {
  auto tiny = make_tiny_experiment(overrides);
  return load_model(run_training(tiny.experiment, tiny.data, {.output = output, .seed = 1}).model);
}

TEST(Train, GoesOnWithTheOptimizerOfAModelFile) {
  ScratchFolder folder;
  const Path first = folder.path() / "first.keras", next = folder.path() / "next.keras";
  const std::string adam =
      "fit.optimizer={Adam: {learning_rate: {ExponentialDecay: {decay_steps: 3, decay_rate: 0.8, "
      "initial_learning_rate: 0.05}}}}";
  const Model whole = train_with_adam(folder.path() / "whole.keras", {adam, "fit.epochs=2", "fit.shuffle=false"});
  train_with_adam(first, {adam, "fit.epochs=1", "fit.shuffle=false"});
  auto tiny = make_tiny_experiment({"model=" + first.string(), "fit={epochs: 1, batch_size: 16, shuffle: false}"});
  const Model in_two = load_model(run_training(tiny.experiment, tiny.data, {.output = next, .seed = 1}).model);
  EXPECT_EQ(content_hash(in_two.weights.bytes()), content_hash(whole.weights.bytes()));
  ASSERT_TRUE(in_two.optimizer_state && whole.optimizer_state);
  EXPECT_EQ(in_two.optimizer_state->iterations, whole.optimizer_state->iterations);
}

TEST(Train, KeepsTheLastFinishedEpochWhenInterrupted) {
  ScratchFolder folder;
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
  ScratchFolder folder;
  Path output = folder.path() / "m.keras";
  auto diverges = make_tiny_experiment({"defaults.learning_rate=1e30"});
  EXPECT_EQ(code_of(diverges, {.output = output}), ErrorCode::failed);
  std::atomic<bool> stop = true;
  auto tiny = make_tiny_experiment();
  EXPECT_EQ(code_of(tiny, {.output = output, .stop = &stop}), ErrorCode::interrupted);
  EXPECT_EQ(code_of(tiny, {.output = folder.path() / "no" / "m.keras"}), ErrorCode::invalid_argument);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

/// An experiment in which everything keeps a state between epochs.
std::vector<std::string> overrides_with_state(const Path& csv) {
  return {"fit.epochs=7", "fit.optimizer={AdamW: {learning_rate: 0.03, use_ema: true, gradient_accumulation_steps: 3}}",
          "fit.callbacks=[{ReduceLROnPlateau: {monitor: loss, patience: 1, min_delta: 0.2, factor: 0.5}}, "
          "{EarlyStopping: {monitor: val_loss, patience: 3, min_delta: 0.05, restore_best_weights: true}}, "
          "{CSVLogger: {filename: " +
              csv.string() + "}}]"};
}

TEST(Train, CallbacksKeepOffOtherFiles) {
  ScratchFolder folder;
  const Path output = folder.path() / "m.keras";
  const std::string data = (folder.path() / "train.npz").string();
  sluice::testing::write_tiny_data(folder.path());
  auto refused = [&](const std::string& callbacks) {
    auto tiny = make_tiny_experiment({"data.train=" + data, "fit.callbacks=[" + callbacks + "]"});
    return sluice::testing::error_of([&] { run_training(tiny.experiment, tiny.data, {.output = output}); });
  };
  EXPECT_THAT(refused("{CSVLogger: {filename: " + data + "}}"),
              ::testing::HasSubstr("train.npz is a file of the data"));
  EXPECT_THAT(refused("{CSVLogger: {filename: ./tiny.yaml}}"), ::testing::HasSubstr("tiny.yaml is the experiment"));
  EXPECT_THAT(refused("{ModelCheckpoint: {filepath: " + output.string() + "}}"),
              ::testing::HasSubstr("m.keras is the output of the training; name another file"));
  const std::string log = "{CSVLogger: {filename: " + (folder.path() / "log.csv").string() + "}}";
  EXPECT_THAT(refused(log + ", " + log), ::testing::HasSubstr("the file of another callback"));
}

TEST(Train, GoesOnWhereItWasCutOffToTheSameBytes) {
  ScratchFolder folder;
  const Path output = folder.path() / "m.keras", cut = folder.path() / "m.keras.checkpoint";
  const Path csv = folder.path() / "log.csv";
  auto tiny = make_tiny_experiment(overrides_with_state(csv));
  run_training(tiny.experiment, tiny.data, {.output = output, .seed = 1});
  const std::string model = read_file(output), log = read_file(csv);
  EXPECT_FALSE(std::filesystem::exists(cut));
  for (int64_t epoch = 2; epoch < 5; ++epoch) {
    std::atomic<bool> stop = false;
    auto observe = [&](const TrainingProgress& progress) { stop = progress.epoch == epoch && progress.step == 2; };
    EXPECT_TRUE(
        run_training(tiny.experiment, tiny.data, {.output = output, .seed = 1, .stop = &stop, .observe = observe})
            .interrupted);
    EXPECT_TRUE(std::filesystem::exists(cut));
    EXPECT_EQ(code_of(tiny, {.output = output, .seed = 1}), ErrorCode::conflict);
    EXPECT_EQ(code_of(tiny, {.output = output, .resume = true, .seed = 2}), ErrorCode::conflict);
    int64_t first = 0;
    auto note = [&](const TrainingProgress& progress) { first = progress.first_epoch; };
    run_training(tiny.experiment, tiny.data, {.output = output, .resume = true, .seed = 1, .observe = note});
    EXPECT_EQ(first, epoch);
    EXPECT_EQ(read_file(output), model) << epoch;
    EXPECT_EQ(read_file(csv), log) << epoch;
    EXPECT_FALSE(std::filesystem::exists(cut));
  }
}

TEST(Train, ResumesOnlyTheSameTraining) {
  ScratchFolder folder;
  const Path output = folder.path() / "m.keras";
  auto tiny = make_tiny_experiment({"fit.epochs=5"});
  std::atomic<bool> stop = false;
  auto observe = [&](const TrainingProgress& progress) { stop = progress.epoch == 2; };
  run_training(tiny.experiment, tiny.data, {.output = output, .stop = &stop, .observe = observe});
  auto message = [&](const std::vector<std::string>& overrides) {
    auto other = make_tiny_experiment(overrides);
    return testing::error_of([&] { run_training(other.experiment, other.data, {.output = output, .resume = true}); });
  };
  EXPECT_NE(message({"fit.epochs=6"})
                .find("m.keras.checkpoint is of another training; it differs in fit.epochs (5 there, 6 here)"),
            std::string::npos);
  EXPECT_NE(message({"fit.epochs=5", "defaults.units=7"}).find("defaults.units (8 there, 7 here)"), std::string::npos);
  EXPECT_NE(message({"fit.epochs=5", "data.seed=3"}).find("data_seed"), std::string::npos);
  write_file(folder.path() / "m.keras.checkpoint", "SLUICECP");
  EXPECT_NE(message({"fit.epochs=5"}).find("damaged checkpoint"), std::string::npos);
  std::filesystem::remove(folder.path() / "m.keras.checkpoint");
  EXPECT_EQ(message({"fit.epochs=5"}), "no error");
}

TEST(Train, TellsItsTimeFromTheFirstStepOn) {
  ScratchFolder folder;
  auto tiny = make_tiny_experiment({"fit.epochs=2"});
  double last = 0;
  auto observe = [&](const TrainingProgress& progress) {
    EXPECT_GE(progress.seconds, last);
    EXPECT_GT(progress.seconds, 0);
    last = progress.seconds;
  };
  run_training(tiny.experiment, tiny.data, {.output = folder / "m.keras", .observe = observe});
}

TEST(Train, ResumesWithItsThreads) {
  ScratchFolder folder;
  const Path output = folder / "m.keras";
  auto tiny = make_tiny_experiment({"fit.epochs=3"});
  const TrainResult whole = run_training(tiny.experiment, tiny.data, {.output = folder / "whole.keras", .threads = 2});
  std::atomic<bool> stop = false;
  auto observe = [&](const TrainingProgress& progress) { stop = progress.epoch == 2; };
  run_training(tiny.experiment, tiny.data, {.output = output, .threads = 2, .stop = &stop, .observe = observe});
  EXPECT_EQ(code_of(tiny, {.output = output, .resume = true, .threads = 3}), ErrorCode::conflict);
  const TrainResult resumed = run_training(tiny.experiment, tiny.data, {.output = output, .resume = true});
  EXPECT_EQ(resumed.threads, 2);
  EXPECT_EQ(resumed.scores, whole.scores);
}

TEST(Train, EndsEarlyWithTheBestWeights) {
  ScratchFolder folder;
  const Path output = folder.path() / "m.keras", best = folder.path() / "kept" / "best.keras";
  auto tiny = make_tiny_experiment(
      {"fit.epochs=40", "fit.optimizer={SGD: {learning_rate: 0.5}}",
       "fit.callbacks=[{EarlyStopping: {patience: 2, restore_best_weights: true}}, {ModelCheckpoint: {filepath: " +
           best.string() + ", save_best_only: true}}]"});
  TrainResult result = run_training(tiny.experiment, tiny.data, {.output = output});
  EXPECT_EQ(result.stopped_by, "EarlyStopping");
  EXPECT_LT(result.epochs, 40);
  EXPECT_EQ(result.epoch, result.epochs - 2);
  const Model kept = load_model(best), model = load_model(output);
  EXPECT_TRUE(std::ranges::equal(kept.weights.bytes(), model.weights.bytes()));
  EXPECT_EQ(kept.facts.at("metrics"), model.facts.at("metrics"));
  EXPECT_EQ(model.facts.at("epoch"), Json(result.epoch));
}

TEST(Train, DivergenceMayBeAnEnd) {
  ScratchFolder folder;
  const Path output = folder.path() / "m.keras";
  const std::vector<std::string> diverges = {
      "fit.epochs=9", "fit.batch_size=16", "fit.optimizer=SGD",
      "fit.schedule={PiecewiseConstantDecay: {boundaries: [12], values: [0.05, 1e30]}}"};
  EXPECT_EQ(code_of(make_tiny_experiment(diverges), {.output = output}), ErrorCode::failed);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  auto ends = diverges;
  ends.push_back("fit.callbacks=[TerminateOnNaN]");
  auto tiny = make_tiny_experiment(ends);
  TrainResult result = run_training(tiny.experiment, tiny.data, {.output = output});
  EXPECT_EQ(result.stopped_by, "TerminateOnNaN");
  EXPECT_EQ(result.epochs, 2);
  EXPECT_TRUE(result.test);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "m.keras.checkpoint"));
}

}  // namespace
}  // namespace sluice
