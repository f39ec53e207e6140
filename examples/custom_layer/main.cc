/// A layer of one's own in training, in a `.keras` file, and read back by its registered name. Build it with
///
///   tools/setup && cmake --preset release && cmake --build build/release --target custom_layer
///
/// and run it as build/release/custom_layer:
///
///   custom_layer train FILE.keras            trains a small network and writes it
///   custom_layer predict FILE.keras X Y      writes the predictions for the rows of X.npy to Y.npy

#include <cstdio>
#include <string>
#include <vector>

#include "channel_scale.h"
#include "sluice/formats/keras_file.h"
#include "sluice/formats/npy.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/trainer.h"

namespace {

using namespace sluice;

Graph make_graph() {
  GraphBuilder graph("custom");
  int node = graph.input({4}, "x");
  node = graph.call(make_layer("ChannelScale", Json::Object{{"initial", 0.5}}), {node});
  node = graph.call(make_layer("Dense", Json::Object{{"units", 2}}), {node});
  return graph.finish({node});
}

/// Rows whose labels are twice the first number and the sum of the others.
Examples make_examples(int64_t rows) {
  Tensor x(DType::float32, {rows, 4}), y(DType::float32, {rows, 2});
  for (int64_t row = 0; row < rows; ++row) {
    auto in = x.values<float>().subspan(static_cast<size_t>(row) * 4, 4);
    auto out = y.values<float>().subspan(static_cast<size_t>(row) * 2, 2);
    for (size_t i = 0; i < 4; ++i) in[i] = static_cast<float>((row * 7 + static_cast<int64_t>(i) * 13) % 17) / 17;
    out[0] = 2 * in[0];
    out[1] = in[1] + in[2] + in[3];
  }
  return {{x}, {y}, {}};
}

void train(const std::string& file) {
  Model model{make_graph(), {}, {}, {}, {}};
  model.compile = CompileConfig{
      read_named<Optimizer>(Json::parse(R"({"Adam": {"learning_rate": 0.02}})")), {read_named<Loss>("mse")}, {{}}};
  const Examples examples = make_examples(64);
  Trainer trainer(model.graph, *model.compile, examples, {.batch_size = 16, .epochs = 20, .seed = 1});
  TrainingState state = trainer.initial_state();
  for (int epoch = 0; epoch < 20; ++epoch) {
    const Scores scores = trainer.train_epoch(state);
    if (epoch % 19 == 0) std::printf("epoch %d loss %.4f\n", epoch + 1, scores[0].second);
  }
  model.weights = state.weights;
  model.optimizer_state = state.optimizer;
  save_model(model, file);
}

void predict_file(const std::string& file, const std::string& input, const std::string& output) {
  const Model model = load_model(file);
  const Examples examples = bind_inputs(model.graph, {{"", read_npy(input)}});
  write_file(output, write_npy(predict(model.graph, model.weights, examples)[0]));
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  register_layer_type(example::channel_scale_type(), "Example");
  try {
    if (words.size() == 2 && words[0] == "train") return train(words[1]), 0;
    if (words.size() == 4 && words[0] == "predict") return predict_file(words[1], words[2], words[3]), 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "custom_layer: %s\n", error.what());
    return 1;
  }
  std::fprintf(stderr, "usage: custom_layer train FILE.keras | predict FILE.keras X.npy Y.npy\n");
  return 2;
}
