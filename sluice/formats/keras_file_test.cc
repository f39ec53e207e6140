#include "sluice/formats/keras_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "sluice/base/random_cases_testing.h"
#include "sluice/formats/hdf5.h"
#include "sluice/formats/keras_testing.h"
#include "sluice/formats/zip.h"

namespace sluice {
namespace {

std::vector<float> list(const Tensor& tensor) {
  auto values = tensor.values<float>();
  return {values.begin(), values.end()};
}

void expect_same_graph(const Graph& a, const Graph& b) {
  EXPECT_EQ(a.name(), b.name());
  ASSERT_EQ(a.nodes().size(), b.nodes().size());
  EXPECT_EQ(a.sequential(), b.sequential());
  for (const auto& entry : a.layers()) {
    auto same =
        std::find_if(b.layers().begin(), b.layers().end(), [&](const auto& other) { return other.name == entry.name; });
    ASSERT_NE(same, b.layers().end()) << entry.name;
    EXPECT_EQ(entry.layer->class_name(), same->layer->class_name());
    EXPECT_EQ(entry.layer->config(), same->layer->config());
  }
}

// The values of each variable of a flat array, by layer and weight: the order of the layers may differ.
Json by_name(const Graph& graph, const Tensor& flat) {
  Json values = Json::object();
  for (const Variable& variable : graph.variables()) {
    if (variable.offset >= flat.size()) continue;
    Json elements = Json::array();
    Tensor part = flat.slice(variable.offset, variable.offset + element_count(variable.spec.shape));
    for (float value : list(part)) elements.push_back(value);
    values[graph.layers()[variable.layer].name + "/" + variable.spec.name] = std::move(elements);
  }
  auto& entries = values.as_object();
  std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return a.first < b.first; });
  return values;
}

void expect_same_compile(const CompileConfig& a, const CompileConfig& b) {
  EXPECT_EQ(a.optimizer->class_name(), b.optimizer->class_name());
  EXPECT_EQ(a.optimizer->config(), b.optimizer->config());
  auto expect_same = [](const auto& ours, const auto& theirs) {
    ASSERT_EQ(ours.size(), theirs.size());
    for (size_t i = 0; i < ours.size(); ++i) {
      EXPECT_EQ(ours[i]->class_name(), theirs[i]->class_name());
      EXPECT_EQ(ours[i]->config(), theirs[i]->config());
    }
  };
  expect_same(a.losses, b.losses);
  ASSERT_EQ(a.metrics.size(), b.metrics.size());
  for (size_t i = 0; i < a.metrics.size(); ++i) expect_same(a.metrics[i], b.metrics[i]);
  EXPECT_EQ(a.loss_weights, b.loss_weights);
}

void expect_round_trip(const Model& model) {
  Model read = read_keras(write_keras(model), "model.keras");
  expect_same_graph(model.graph, read.graph);
  EXPECT_EQ(by_name(model.graph, model.weights), by_name(read.graph, read.weights));
  EXPECT_EQ(model.facts, read.facts);
  ASSERT_EQ(model.compile.has_value(), read.compile.has_value());
  if (model.compile) expect_same_compile(*model.compile, *read.compile);
  ASSERT_EQ(model.optimizer_state.has_value(), read.optimizer_state.has_value());
  if (!model.optimizer_state) return;
  EXPECT_EQ(model.optimizer_state->iterations, read.optimizer_state->iterations);
  ASSERT_EQ(model.optimizer_state->slots.size(), read.optimizer_state->slots.size());
  for (size_t i = 0; i < model.optimizer_state->slots.size(); ++i) {
    EXPECT_EQ(by_name(model.graph, model.optimizer_state->slots[i]),
              by_name(read.graph, read.optimizer_state->slots[i]));
  }
}

std::string replace_weights(const std::string& file, const std::function<void(Hdf5Writer&)>& fill) {
  ZipReader old(file, "model.keras");
  ZipWriter edited;
  for (const std::string& member : old.members()) {
    if (member != "model.weights.h5") edited.add(member, old.read(member));
  }
  Hdf5Writer weights;
  fill(weights);
  edited.add("model.weights.h5", weights.finish());
  return edited.finish();
}

TEST(KerasFile, Sequential) { expect_round_trip(convolutional_model()); }
TEST(KerasFile, Functional) { expect_round_trip(shared_model()); }
TEST(KerasFile, WithoutCompile) { expect_round_trip(plain_model()); }

TEST(KerasFile, CompiledButUntrained) {
  Model model = convolutional_model();
  model.optimizer_state.reset();
  expect_round_trip(model);
}

TEST(KerasFile, SameModelGivesSameBytes) {
  std::string bytes = write_keras(convolutional_model());
  EXPECT_EQ(write_keras(convolutional_model()), bytes);
  EXPECT_EQ(write_keras(read_keras(bytes, "model.keras")), bytes);
}

TEST(KerasFile, SavesAndLoads) {
  Path path = Path(::testing::TempDir()) / "plain.keras";
  save_model(plain_model(), path);
  EXPECT_EQ(load_model(path).graph.name(), "plain");
  std::filesystem::remove(path);
  EXPECT_THROW(load_model(path), Error);
}

TEST(KerasFile, TruncatedAnywhere) {
  std::string bytes = write_keras(plain_model());
  for (size_t length = 0; length < bytes.size(); length += 1 + length / 16) {
    EXPECT_NE(read_error(bytes.substr(0, length)), "") << length;
  }
  EXPECT_NE(read_error(bytes.substr(0, bytes.size() - 1)), "");
}

// Whatever a flipped byte does, it ends in a model or an Error.
TEST(KerasFile, DamagedAnywhere) {
  std::string bytes = write_keras(plain_model());
  size_t step = testing::random_cases(1) > 1 ? 1 : 7;
  for (size_t i = 0; i < bytes.size(); i += step) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    EXPECT_EQ(read_error(damaged).find("another code"), std::string::npos) << i;
  }
}

TEST(KerasFile, MissingMembers) {
  ZipWriter empty;
  empty.add("metadata.json", "{}");
  EXPECT_EQ(read_error(empty.finish()), "model.keras: is no .keras file: it has no config.json");
  EXPECT_NE(read_error("not a zip file").find("model.keras"), std::string::npos);
}

TEST(KerasFile, WeightsOfAnotherShape) {
  std::string file = replace_weights(write_keras(plain_model()), [](Hdf5Writer& weights) {
    weights.write("/layers/dense/vars/0", Tensor(DType::float32, {3, 4}));
    weights.write("/layers/dense/vars/1", Tensor(DType::float32, {3}));
  });
  EXPECT_EQ(read_error(file),
            "model.keras: layer dense (Dense): expected a kernel of shape [4, 3], the file has [3, 4]");
}

TEST(KerasFile, MissingWeights) {
  std::string file = replace_weights(write_keras(plain_model()), [](Hdf5Writer& weights) {
    weights.write("/layers/dense/vars/0", Tensor(DType::float32, {4, 3}));
  });
  EXPECT_EQ(read_error(file), "model.keras: layer dense (Dense): expected 2 weights, the file has 1");
}

TEST(KerasFile, OptimizerStateOfAnotherSizeIsLeftOut) {
  std::string file = replace_in_config(write_keras(shared_model()), "\"momentum\":0.9", "\"momentum\":0.0");
  Model model = read_keras(file, "model.keras");
  EXPECT_TRUE(model.compile.has_value());
  EXPECT_FALSE(model.optimizer_state.has_value());
}

// A file of Keras 3.9: conv, pool, conv, pool, conv, flatten, dense, dense.
TEST(KerasFile, RealFile) {
  const char* data = std::getenv("SLUICE_TEST_DATA");
  Path path = Path(data == nullptr ? "../shared/data" : data) / "keras-models/mnist_cnn_k3.keras";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing";
  Model model = load_model(path);
  EXPECT_TRUE(model.graph.sequential());
  EXPECT_EQ(model.graph.layers().size(), 9u);
  EXPECT_EQ(model.graph.parameter_count(), 93322);
  EXPECT_EQ(model.compile->optimizer->class_name(), "Adam");
  ASSERT_TRUE(model.optimizer_state.has_value());
  EXPECT_GT(model.optimizer_state->iterations, 0);
}

}  // namespace
}  // namespace sluice
