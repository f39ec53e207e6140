#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sluice/formats/keras_file.h"
#include "sluice/formats/npz.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/trainer.h"

namespace sluice {
namespace {

// What tests/golden/layers/make_goldens.py had real Keras compute; the tests run from the repository root.
const Path folder = "tests/golden/layers";
constexpr int64_t epochs = 2, batch_size = 4;

const Tensor& array(const NamedTensors& arrays, std::string_view name) {
  return std::find_if(arrays.begin(), arrays.end(), [&](const auto& entry) { return entry.first == name; })->second;
}

void expect_close(const Tensor& got, const Tensor& expected, const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  auto a = got.values<float>();
  auto b = expected.values<float>();
  for (int64_t i = 0; i < got.size(); ++i) {
    ASSERT_LE(std::abs(a[i] - b[i]), 1e-5 + 1e-4 * std::abs(b[i]))
        << what << " at " << i << ": " << a[i] << " and " << b[i];
  }
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".npz") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class KerasGolden : public testing::TestWithParam<std::string> {};

/// Prediction, scores, two epochs of training and the optimizer's state are Keras'.
TEST_P(KerasGolden, PredictsScoresAndTrainsAsKeras) {
  const Model before = load_model(folder / (GetParam() + ".before.keras"));
  const Model after = load_model(folder / (GetParam() + ".after.keras"));
  const NamedTensors arrays = read_npz(folder / (GetParam() + ".npz"));
  ASSERT_TRUE(before.compile);
  const Examples examples =
      bind_examples(before.graph, *before.compile, {{"", array(arrays, "x")}}, {{"", array(arrays, "y")}});

  expect_close(predict(before.graph, before.weights, examples)[0], array(arrays, "prediction"), "prediction");
  const Scores scores = evaluate(before.graph, before.weights, *before.compile, examples);
  auto expected_scores = array(arrays, "scores").values<double>();
  ASSERT_EQ(scores.size(), expected_scores.size());
  for (size_t i = 0; i < scores.size(); ++i) EXPECT_NEAR(scores[i].second, expected_scores[i], 1e-5) << scores[i].first;

  Trainer trainer(before.graph, *before.compile, examples, {.batch_size = batch_size, .shuffle = false});
  TrainingState state{.epoch = 0,
                      .weights = before.weights,
                      .optimizer = before.compile->optimizer->initial_state(before.graph.trainable_size())};
  for (int64_t epoch = 0; epoch < epochs; ++epoch) {
    EXPECT_NEAR(trainer.train_epoch(state)[0].second,
                array(arrays, "losses").values<double>()[static_cast<size_t>(epoch)], 2e-5);
  }
  for (size_t i = 0; i < before.graph.variables().size(); ++i) {
    expect_close(variable_values(before.graph, state.weights, i), variable_values(after.graph, after.weights, i),
                 before.graph.variables()[i].spec.name);
  }
  ASSERT_TRUE(after.optimizer_state);
  EXPECT_EQ(state.optimizer.iterations, after.optimizer_state->iterations);
  ASSERT_EQ(state.optimizer.slots.size(), after.optimizer_state->slots.size());
  for (size_t i = 0; i < state.optimizer.slots.size(); ++i)
    expect_close(state.optimizer.slots[i], after.optimizer_state->slots[i], "slot");
}

INSTANTIATE_TEST_SUITE_P(Layers, KerasGolden, testing::ValuesIn(cases()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sluice
