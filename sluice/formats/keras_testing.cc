#include "sluice/formats/keras_testing.h"

#include <stdexcept>

#include "sluice/formats/keras_file.h"
#include "sluice/formats/zip.h"

namespace sluice {
namespace {

int call(GraphBuilder& builder, const char* class_name, const char* parameters, int input, const char* name = "") {
  return builder.call(make_layer(class_name, Json::parse(parameters)), {input}, name);
}

void fill_state(Model& model) {
  OptimizerState state = model.compile->optimizer->initial_state(model.graph.trainable_size());
  state.iterations = 12;
  for (size_t slot = 0; slot < state.slots.size(); ++slot) {
    auto values = state.slots[slot].values<float>();
    for (const Variable& variable : model.graph.variables()) {
      if (!variable.spec.trainable) continue;
      for (int64_t i = 0; i < element_count(variable.spec.shape); ++i) {
        values[variable.offset + i] = static_cast<float>(1 + slot + (i + variable.offset) % 7) / 256;
      }
    }
  }
  model.optimizer_state = std::move(state);
}

Model make_model(Graph graph, uint64_t seed) {
  Model model;
  model.weights = graph.initial_weights(seed);
  model.graph = std::move(graph);
  return model;
}

}  // namespace

Model convolutional_model() {
  GraphBuilder builder("small_lenet");
  int node = builder.input({8, 8, 1}, "pixels");
  node = call(builder, "Rescaling", R"({"scale": 0.5, "offset": -0.25})", node);
  node = call(builder, "Conv2D", R"({"filters": 3, "kernel_size": 3, "padding": "same", "activation": "relu"})", node);
  node = call(builder, "MaxPooling2D", R"({"pool_size": 2})", node);
  node = call(builder, "Conv2D", R"({"filters": 4, "kernel_size": [2, 3], "activation": "tanh"})", node, "second");
  node = call(builder, "AveragePooling2D", R"({"pool_size": 2, "strides": 1, "padding": "same"})", node);
  node = call(builder, "Activation", R"({"activation": "sigmoid"})", node);
  node = call(builder, "Flatten", "{}", node);
  node = call(builder, "Dropout", R"({"rate": 0.0})", node);
  node = call(builder, "Dense", R"({"units": 3, "activation": "softmax"})", node, "classes");
  Model model = make_model(builder.finish({node}), 1);
  auto adam = make_optimizer("Adam", Json::parse(R"({"learning_rate": 0.02})"));
  model.compile = CompileConfig{adam, {find_loss("sparse_categorical_crossentropy")}, {{find_metric("accuracy")}}};
  fill_state(model);
  model.facts = Json::parse(R"({"experiment": "test", "classes": ["a", "b", "c"]})");
  return model;
}

Model shared_model() {
  GraphBuilder builder("shared");
  int left = builder.input({6}, "left");
  int right = builder.input({6}, "right");
  int on_left = call(builder, "Dense", R"({"units": 4, "activation": "relu"})", left, "both");
  int on_right = builder.call_again("both", {right});
  int late = call(builder, "Dense", R"({"units": 3, "activation": "sigmoid"})", on_right, "late");
  int middle = call(builder, "Dense", R"({"units": 5, "use_bias": false})", on_left, "middle");
  int early = call(builder, "Dense", R"({"units": 2, "activation": "softmax"})", middle, "early");
  Model model = make_model(builder.finish({late, early}), 2);
  auto sgd = make_optimizer("SGD", Json::parse(R"({"learning_rate": 0.1, "momentum": 0.9, "nesterov": true})"));
  model.compile = CompileConfig{sgd,
                                {find_loss("mse"), find_loss("sparse_categorical_crossentropy")},
                                {{find_metric("mae")}, {find_metric("accuracy")}}};
  fill_state(model);
  return model;
}

Model plain_model() {
  GraphBuilder builder("plain");
  int node = builder.input({4});
  node = call(builder, "Dense", R"({"units": 3, "activation": "relu"})", node);
  node = call(builder, "Dense", R"({"units": 2})", node);
  return make_model(builder.finish({node}), 3);
}

std::string edit_config(const std::string& file, const std::function<void(Json&)>& edit) {
  ZipReader old(file, "model.keras");
  ZipWriter edited;
  for (const std::string& member : old.members()) {
    std::string bytes = old.read(member);
    if (member == "config.json") {
      Json config = Json::parse(bytes);
      edit(config);
      bytes = config.dump();
    }
    edited.add(member, std::move(bytes));
  }
  return edited.finish();
}

std::string replace_in_config(const std::string& file, const std::string& text, const std::string& replacement) {
  return edit_config(file, [&](Json& config) {
    std::string json = config.dump();
    size_t at = json.find(text);
    if (at == std::string::npos) throw std::logic_error("config.json does not contain " + text + ": " + json);
    for (; at != std::string::npos; at = json.find(text, at + replacement.size())) {
      json.replace(at, text.size(), replacement);
    }
    config = Json::parse(json);
  });
}

std::string read_error(const std::string& file) {
  try {
    read_keras(file, "model.keras");
  } catch (const Error& error) {
    return error.code() == ErrorCode::invalid_argument ? error.what() : "another code: " + std::string(error.what());
  }
  return "";
}

}  // namespace sluice
