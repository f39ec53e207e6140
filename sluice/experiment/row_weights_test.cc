#include "sluice/experiment/row_weights.h"

#include <gtest/gtest.h>

#include "sluice/base/files.h"
#include "sluice/data/source.h"
#include "sluice/experiment/preflight.h"
#include "sluice/experiment/tiny_experiment_testing.h"
#include "sluice/experiment/training.h"
#include "sluice/formats/npz.h"

namespace sluice {
namespace {

using testing::error_of;
using testing::make_tiny_experiment;
using testing::ScratchFolder;

/// What the training rows of the tiny experiment count: its label is one of three classes.
std::vector<float> weights_with(const std::vector<std::string>& overrides, const NamedTensors& given = {}) {
  auto tiny = make_tiny_experiment(overrides);
  tiny.data.train.weights = given;
  const TrialPlan plan = check_first_trial(tiny.experiment, tiny.data);
  const Examples examples = bind_training_rows(plan, tiny.data.train);
  if (examples.weights.empty()) return {};
  const auto values = examples.weights.at(0).values<float>();
  return {values.begin(), values.end()};
}

std::vector<int32_t> labels_of_training() {
  auto tiny = make_tiny_experiment();
  const auto values = tiny.data.train.labels.at(0).second.values<int32_t>();
  return {values.begin(), values.end()};
}

TEST(RowWeights, ComeFromClassesAndData) {
  const std::vector<int32_t> labels = labels_of_training();
  Tensor halves(DType::float64, {static_cast<int64_t>(labels.size())});
  for (double& weight : halves.values<double>()) weight = 0.5;
  EXPECT_TRUE(weights_with({}).empty());
  EXPECT_EQ(weights_with({}, {{"", halves}}), std::vector<float>(labels.size(), 0.5f));
  const auto classes = weights_with({"fit.class_weight={0: 2, 2: 0.25}"});
  const auto both = weights_with({"fit.class_weight={0: 2, 2: 0.25}"}, {{"", halves}});
  ASSERT_EQ(classes.size(), labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    const float expected = labels[i] == 0 ? 2.0f : labels[i] == 2 ? 0.25f : 1.0f;
    EXPECT_EQ(classes[i], expected);
    EXPECT_EQ(both[i], expected / 2);
  }
}

TEST(RowWeights, OneHotLabelsHaveTheClassOfTheirOne) {
  const auto classes = weights_with({"fit.class_weight={1: 3}"});
  EXPECT_EQ(weights_with({"fit.class_weight={1: 3}", "fit.loss=categorical_crossentropy"}), classes);
}

TEST(RowWeights, ChangeTheTraining) {
  auto loss = [](const std::vector<std::string>& overrides) {
    auto tiny = make_tiny_experiment(overrides);
    const TrialPlan plan = check_first_trial(tiny.experiment, tiny.data);
    Training training(plan, tiny.data, {.seed = 1});
    TrainingState state = training.initial_state();
    return training.train_epoch(state)[0].second;
  };
  EXPECT_NE(loss({}), loss({"fit.class_weight={0: 5}"}));
  EXPECT_NEAR(loss({"fit.loss_weights=2", "fit.optimizer={SGD: {learning_rate: 0.000001}}"}),
              2 * loss({"fit.optimizer={SGD: {learning_rate: 0.000001}}"}), 1e-3);
}

TEST(RowWeights, SaysWhatIsWrongAndWhere) {
  auto message = [](const std::string& fit) { return error_of([&] { weights_with({fit}); }); };
  EXPECT_NE(message("fit.class_weight={3: 1}").find("class 3 is beyond the 3 of the output"), std::string::npos);
  EXPECT_NE(message("fit.class_weight={a: 1}").find("expected a class number, got \"a\""), std::string::npos);
  EXPECT_NE(message("fit.class_weight={0: -1}").find("class_weight: expected >= 0, got -1"), std::string::npos);
  EXPECT_NE(message("fit.class_weight=2").find("expected a map from class numbers"), std::string::npos);
  EXPECT_NE(message("fit.loss_weights={other: 1}").find("unknown output \"other\""), std::string::npos);
  const auto rows = static_cast<int64_t>(labels_of_training().size());
  Tensor bad(DType::float32, {rows});
  bad.values<float>()[7] = -1;
  EXPECT_NE(error_of([&] { weights_with({}, {{"", bad}}); }).find("got -1.0 in row 7"), std::string::npos);
}

TEST(RowWeights, AreReadFromNpzFiles) {
  const ScratchFolder folder;
  const Tensor x(DType::float32, {4, 2}), y(DType::int32, {4}), w(DType::float32, {4});
  write_file(folder.path() / "a.npz", write_npz({{"x", x}, {"y", y}, {"sample_weight", w}}));
  const Dataset data = load_source(Json("a.npz"), {.folder = folder.path()});
  ASSERT_EQ(data.weights.size(), 1u);
  EXPECT_EQ(data.weights[0].first, "");
  EXPECT_EQ(data.inputs.size(), 1u);
  EXPECT_EQ(data.slice(0, 3).weights[0].second.rows(), 3);
  write_file(folder.path() / "b.npz", write_npz({{"x", x}, {"late", y}, {"late_sample_weight", w}}));
  const Dataset named = load_source(Json("b.npz"), {.folder = folder.path(), .output_names = {"late", "early"}});
  EXPECT_EQ(named.weights.at(0).first, "late");
  write_file(folder.path() / "c.npz", write_npz({{"x", x}, {"y", y}, {"sample_weight", Tensor(DType::float32, {3})}}));
  EXPECT_NE(error_of([&] { load_source(Json("c.npz"), {.folder = folder.path()}); }).find("rows"), std::string::npos);
}

}  // namespace
}  // namespace sluice
