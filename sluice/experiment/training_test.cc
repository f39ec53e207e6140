#include "sluice/experiment/training.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sluice/experiment/preflight.h"
#include "sluice/experiment/tiny_experiment_testing.h"
#include "sluice/experiment/train.h"
#include "sluice/formats/keras_file.h"

namespace sluice {
namespace {

using testing::error_of;
using testing::make_tiny_experiment;
using testing::ScratchFolder;

Json schedule_of(const std::vector<std::string>& overrides) {
  auto tiny = make_tiny_experiment(overrides);
  TrialPlan plan = check_first_trial(tiny.experiment, tiny.data);
  return plan.compile.optimizer->config().at("learning_rate");
}

/// The tiny experiment: 80 training rows in batches of 16, three epochs.
TEST(FitSchedule, TakesRateAndStepsFromTheTraining) {
  const std::vector<std::string> common{"fit.batch_size=16", "fit.optimizer={SGD: {learning_rate: 0.25}}"};
  auto with = [&](const std::string& schedule) {
    auto overrides = common;
    overrides.push_back("fit.schedule=" + schedule);
    return schedule_of(overrides);
  };
  Json cosine = with("CosineDecay");
  EXPECT_EQ(cosine.at("class_name"), Json("CosineDecay"));
  EXPECT_EQ(cosine.at("config").at("initial_learning_rate"), Json(0.25));
  EXPECT_EQ(cosine.at("config").at("decay_steps"), Json(15));
  EXPECT_EQ(with("{OneCycle: {max_learning_rate: 0.5}}").at("config").at("steps"), Json(15));
  Json given = with("{ExponentialDecay: {initial_learning_rate: 1, decay_steps: 4, decay_rate: 0.5}}");
  EXPECT_EQ(given.at("config").at("initial_learning_rate"), Json(1.0));
  EXPECT_EQ(given.at("config").at("decay_steps"), Json(4));
}

TEST(FitSchedule, SaysWhatIsWrongAndWhere) {
  auto message = [](const std::vector<std::string>& overrides) { return error_of([&] { schedule_of(overrides); }); };
  EXPECT_EQ(message({"fit.optimizer={SGD: {learning_rate: CosineDecay}}"}),
            "--set fit.optimizer={SGD: {learning_rate: CosineDecay}}: CosineDecay: missing \"initial_learning_rate\"");
  EXPECT_NE(message({"fit.optimizer={SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 1}}}}",
                     "fit.schedule=OneCycle"})
                .find("the optimizer's learning_rate is a schedule already"),
            std::string::npos);
  EXPECT_NE(
      message({"fit.schedule=CosineDecai"}).find("unknown schedule \"CosineDecai\". Did you mean \"CosineDecay\"?"),
      std::string::npos);
  EXPECT_NE(message({"fit.schedule={PiecewiseConstantDecay: {boundaries: [1], values: [1]}}"}).find("one value more"),
            std::string::npos);
  EXPECT_NE(message({"fit.optimizer={SGD: {clipnorm: 1, clipvalue: 1}}"}).find("--set fit.optimizer"),
            std::string::npos);
}

TEST(FitSchedule, ModelsOfOneCycleAreSavedWithoutCompile) {
  ScratchFolder folder;
  auto tiny = make_tiny_experiment({"fit.schedule=OneCycle"});
  run_training(tiny.experiment, tiny.data, {.output = folder.path() / "model.keras"});
  Model model = load_model(folder.path() / "model.keras");
  EXPECT_FALSE(model.compile);
  EXPECT_EQ(model.facts.at("compile_left_out"),
            Json("how the model was trained is not in the file: Keras has no schedule OneCycle"));
}

TEST(FitSchedule, ModelsOfCosineDecayAreSavedWithIt) {
  ScratchFolder folder;
  auto tiny = make_tiny_experiment({"fit.schedule=CosineDecay"});
  run_training(tiny.experiment, tiny.data, {.output = folder.path() / "model.keras"});
  Model model = load_model(folder.path() / "model.keras");
  ASSERT_TRUE(model.compile && model.compile->optimizer);
  const int64_t steps = model.optimizer_state.value().iterations;
  EXPECT_EQ(model.compile->optimizer->config().at("learning_rate").at("config").at("decay_steps"), Json(steps));
  EXPECT_NEAR(model.compile->optimizer->learning_rate(*model.optimizer_state), 0, 1e-12);
}

}  // namespace
}  // namespace sluice
