#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "sluice/base/scratch_folder_testing.h"
#include "sluice/formats/keras_file.h"
#include "sluice/formats/keras_order.h"
#include "sluice/formats/keras_testing.h"
#include "sluice/formats/npz.h"
#include "sluice/formats/zip.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/trainer.h"

// Real Keras reads what Sluice writes and the other way round; tests/oracle/keras_file.py tells the names of arrays.
namespace sluice {
namespace {

const Path golden = "tests/golden/keras";
const Path python = ".cache/test-env/bin/python";

// The arrays named prefix0, prefix1, …
std::vector<Tensor> numbered(const NamedTensors& arrays, const std::string& prefix) {
  std::vector<Tensor> found;
  for (size_t i = 0; i < arrays.size(); ++i) {
    for (const auto& [name, tensor] : arrays) {
      if (name == prefix + std::to_string(i)) found.push_back(tensor);
    }
  }
  return found;
}

void append(NamedTensors& arrays, const std::string& prefix, const std::vector<Tensor>& tensors) {
  for (size_t i = 0; i < tensors.size(); ++i) arrays.emplace_back(prefix + std::to_string(i), tensors[i]);
}

void expect_close(const std::vector<Tensor>& got, const std::vector<Tensor>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].shape(), expected[i].shape());
    auto a = got[i].values<float>();
    auto b = expected[i].values<float>();
    for (size_t j = 0; j < a.size(); ++j) EXPECT_NEAR(a[j], b[j], 1e-5 + 1e-4 * std::abs(b[j])) << i << " " << j;
  }
}

// Takes one step on all rows.
std::vector<Tensor> predict_after_step(const Model& model, const Examples& examples) {
  Trainer trainer(model.graph, *model.compile, examples, {.batch_size = examples.rows(), .shuffle = false});
  TrainingState state = trainer.initial_state();
  state.weights = Tensor(DType::float32, model.weights.shape());
  auto weights = model.weights.values<float>();
  std::copy(weights.begin(), weights.end(), state.weights.values<float>().begin());
  if (model.optimizer_state) state.optimizer = *model.optimizer_state;
  trainer.train_epoch(state);
  return predict(model.graph, state.weights, examples);
}

std::vector<std::string> layer_names(const Graph& graph) {
  std::vector<std::string> names;
  for (int layer : keras_layer_order(graph)) names.push_back(graph.layers()[layer].name);
  return names;
}

std::vector<std::string> layer_names_in_file(const Path& path) {
  Json config = Json::parse(ZipReader(path).read("config.json"));
  std::vector<std::string> names;
  for (const Json& layer : config.at("config").at("layers").as_array()) {
    names.push_back(layer.at("config").at("name").as_string());
  }
  return names;
}

void expect_state(const Model& model, const NamedTensors& arrays, const Examples& examples) {
  ASSERT_TRUE(model.optimizer_state.has_value());
  EXPECT_EQ(model.optimizer_state->iterations, 3);
  auto next = numbered(arrays, "next");
  if (!next.empty()) expect_close(predict_after_step(model, examples), next);
}

// The newest Keras and the first whose files have this form.
class KerasVersions : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(KerasVersions, PredictsAndTrainsOn) {
  auto [version, name] = GetParam();
  Path file = golden / version / (name + std::string(".keras"));
  Model model = load_model(file);
  NamedTensors arrays = read_npz(golden / version / (name + std::string(".npz")));
  Examples examples{numbered(arrays, "x"), numbered(arrays, "label")};
  if (std::string_view(name) != "nested") {
    EXPECT_EQ(layer_names(model.graph), layer_names_in_file(file));
  }
  expect_close(predict(model.graph, model.weights, examples), numbered(arrays, "y"));
  ASSERT_EQ(model.compile.has_value(), !examples.labels.empty()) << model.facts.dump();
  if (model.compile) expect_state(model, arrays, examples);
}

INSTANTIATE_TEST_SUITE_P(, KerasVersions,
                         ::testing::Combine(::testing::Values("3.0.5", "3.15.1"),
                                          ::testing::Values("convolutional", "dense_adam", "shared_sgd", "plain")));

INSTANTIATE_TEST_SUITE_P(Nested, KerasVersions,
                         ::testing::Values(std::tuple("3.15.1", "nested"), std::tuple("3.15.1", "mapped")));

// Models that are layers are dissolved; names that others have get those of the models around them.
TEST(NestedModels, BecomeOneGraph) {
  const Graph graph = load_model(golden / "3.15.1" / "nested.keras").graph;
  std::vector<std::string> names;
  for (const auto& entry : graph.layers()) names.push_back(entry.name);
  const std::vector<std::string> expected = {"left",  "right", "squeezed",   "tower_inner_dense", "tower_inner_norm",
                                             "small", "both",  "late_dense", "late_norm"};
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), std::set<std::string>(expected.begin(), expected.end()));
  EXPECT_EQ(graph.nodes().size(), graph.layers().size() + 4);
}

Tensor some_values(int64_t rows, const Shape& row) {
  Shape shape = row;
  shape.insert(shape.begin(), rows);
  Tensor tensor(DType::float32, shape);
  int64_t i = 0;
  for (float& value : tensor.values<float>()) value = static_cast<float>(++i * 37 % 101) / 101;
  return tensor;
}

Tensor some_classes(int64_t rows, int64_t classes) {
  Tensor tensor(DType::int32, {rows});
  int32_t i = 0;
  for (int32_t& value : tensor.values<int32_t>()) value = static_cast<int32_t>(i++ % classes);
  return tensor;
}

Examples some_examples(const Model& model, int64_t rows) {
  Examples examples;
  for (int input : model.graph.inputs()) examples.inputs.push_back(some_values(rows, model.graph.nodes()[input].shape));
  if (!model.compile) return examples;
  for (size_t i = 0; i < model.graph.outputs().size(); ++i) {
    const Shape& shape = model.graph.nodes()[model.graph.outputs()[i]].shape;
    bool classes = model.compile->losses[i]->label_kind() == LabelKind::classes;
    examples.labels.push_back(classes ? some_classes(rows, shape.back()) : some_values(rows, shape));
  }
  return examples;
}

void write_for_keras(const Path& folder, const std::string& name, const Model& model, const Examples& examples) {
  save_model(model, folder / (name + ".keras"));
  NamedTensors arrays;
  append(arrays, "x", examples.inputs);
  append(arrays, "label", examples.labels);
  append(arrays, "y", predict(model.graph, model.weights, examples));
  if (model.compile) append(arrays, "next", predict_after_step(model, examples));
  int64_t iterations = model.optimizer_state ? model.optimizer_state->iterations : -1;
  arrays.emplace_back("iterations", Tensor::of<int64_t>({}, std::span<const int64_t>(&iterations, 1)));
  write_file(folder / (name + ".npz"), write_npz(arrays));
}

void write_for_keras(const Path& folder, const std::string& name, const Model& model) {
  write_for_keras(folder, name, model, some_examples(model, 5));
}

void expect_keras_reads(const Path& folder) {
  std::string command = python.string() + " tests/oracle/keras_file.py check " + folder.string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

// One array by this name, or for each input or output the one that goes on with its name.
std::vector<Tensor> of_nodes(const NamedTensors& arrays, const std::string& name, const Graph& graph,
                             const std::vector<int>& nodes) {
  std::vector<Tensor> found;
  for (int node : nodes) {
    for (const auto& [key, tensor] : arrays) {
      if (key == name || key == name + "_" + graph.node_name(node)) found.push_back(tensor);
    }
  }
  return found;
}

// Saves a model that Keras made for tests/golden/layers; with its compile state when it is to be trained on.
void write_golden(const Path& folder, const std::string& name, bool trained) {
  const Path layers = "tests/golden/layers";
  Model model = load_model(layers / (name + (trained ? ".after.keras" : ".before.keras")));
  if (!trained) model.compile.reset();
  const NamedTensors arrays = read_npz(layers / (name + ".npz"));
  Examples examples{of_nodes(arrays, "x", model.graph, model.graph.inputs()), {}};
  if (trained) examples.labels = of_nodes(arrays, "y", model.graph, model.graph.outputs());
  write_for_keras(folder, name, model, examples);
}

TEST(KerasOracle, KerasReadsLayersThatWeSave) {
  if (!std::filesystem::exists(python)) GTEST_SKIP() << "Keras is not installed: tools/setup test";
  const testing::ScratchFolder scratch;
  const Path& folder = scratch.path();
  for (const char* name : {"two_outputs_lists", "two_outputs_maps"}) write_golden(folder, name, true);
  for (const char* name : {"add_images",
                           "augmentation",
                           "average",
                           "average_pooling_1d_same",
                           "center_crop",
                           "concatenate",
                           "cropping_2d",
                           "dot_normalized",
                           "embedding",
                           "global_max_pooling_2d",
                           "maximum",
                           "minimum",
                           "multiply",
                           "permute",
                           "repeat_vector",
                           "reshape",
                           "resizing",
                           "scaled_channels",
                           "subtract",
                           "up_sampling_1d",
                           "up_sampling_2d_bilinear",
                           "zero_padding_1d",
                           "zero_padding_2d",
                           "batch_normalization",
                           "layer_normalization_axes",
                           "layer_normalization_rms",
                           "group_normalization",
                           "unit_normalization",
                           "normalization",
                           "normalization_given",
                           "relu",
                           "leaky_relu",
                           "prelu",
                           "softmax",
                           "random_layers_of_nothing"}) {
    write_golden(folder, name, false);
  }
  expect_keras_reads(folder);
}

// Keras goes on with the state of each optimizer, and with a learning rate that was changed in training.
TEST(KerasOracle, KerasTrainsOnWithOptimizersThatWeSave) {
  if (!std::filesystem::exists(python)) GTEST_SKIP() << "Keras is not installed: tools/setup test";
  const testing::ScratchFolder scratch;
  const Path& folder = scratch.path();
  for (const char* name : {"accumulation", "accumulation_ema", "adadelta", "adagrad", "adam_amsgrad", "adamax", "adamw",
                           "clipnorm", "cosine_decay", "cosine_decay_restarts", "ema", "ema_overwrite", "lion", "nadam",
                           "piecewise_constant_decay", "rmsprop", "rmsprop_centered", "weight_decay"}) {
    write_golden(folder, name, true);
  }
  Model changed = convolutional_model();
  changed.optimizer_state->learning_rate = 0.0625;
  write_for_keras(folder, "changed_rate", changed);
  EXPECT_EQ(load_model(folder / "changed_rate.keras").optimizer_state->learning_rate, 0.0625);
  expect_keras_reads(folder);
}

TEST(KerasOracle, KerasReadsOurs) {
  if (!std::filesystem::exists(python)) GTEST_SKIP() << "Keras is not installed: tools/setup test";
  const testing::ScratchFolder scratch;
  const Path& folder = scratch.path();
  write_for_keras(folder, "convolutional", convolutional_model());
  write_for_keras(folder, "shared", shared_model());
  write_for_keras(folder, "plain", plain_model());
  write_for_keras(folder, "nested", load_model(golden / "3.15.1" / "nested.keras"));
  Model untrained = convolutional_model();
  untrained.optimizer_state.reset();
  write_for_keras(folder, "untrained", untrained);
  expect_keras_reads(folder);
}

}  // namespace
}  // namespace sluice
