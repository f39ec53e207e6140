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
  auto found = std::find_if(arrays.begin(), arrays.end(), [&](const auto& entry) { return entry.first == name; });
  if (found == arrays.end()) throw invalid("the case has no array \"" + std::string(name) + "\"");
  return found->second;
}

/// One array by this name, or those whose names go on with "_" and that of an input or output.
NamedTensors arrays_of(const NamedTensors& arrays, const std::string& name) {
  NamedTensors found;
  for (const auto& [key, tensor] : arrays) {
    if (key == name) found.emplace_back("", tensor);
    if (key.starts_with(name + "_")) found.emplace_back(key.substr(name.size() + 1), tensor);
  }
  return found;
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

void expect_predictions(const Graph& graph, const std::vector<Tensor>& got, const NamedTensors& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    const std::string name = got.size() == 1 ? "" : graph.node_name(graph.outputs()[i]);
    expect_close(got[i], array(expected, name), "prediction " + name);
  }
}

/// Keras' order is that of ours with one output; with several, its scores are stored by name too.
void expect_scores(const Scores& got, const NamedTensors& arrays) {
  auto expected = array(arrays, "scores").values<double>();
  const NamedTensors by_name = arrays_of(arrays, "score");
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    const double value = by_name.empty() ? expected[i] : array(by_name, got[i].first).values<double>()[0];
    EXPECT_NEAR(got[i].second, value, 1e-5) << got[i].first;
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
      bind_examples(before.graph, *before.compile, arrays_of(arrays, "x"), arrays_of(arrays, "y"));

  expect_predictions(before.graph, predict(before.graph, before.weights, examples), arrays_of(arrays, "prediction"));
  expect_scores(evaluate(before.graph, before.weights, *before.compile, examples), arrays);

  Trainer trainer(before.graph, *before.compile, examples,
                  {.batch_size = batch_size, .epochs = epochs, .shuffle = false});
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
