#include "sluice/formats/keras_layer.h"

#include <gtest/gtest.h>

#include "sluice/formats/keras_file.h"
#include "sluice/formats/keras_testing.h"

namespace sluice {
namespace {

// The plain model with one more key in the config of its layer "dense".
std::string with_key(const std::string& key, const std::string& value) {
  return replace_in_config(write_keras(plain_model()), "\"name\":\"dense\",",
                           "\"name\":\"dense\",\"" + key + "\":" + value + ",");
}

// The plain model with another value in the config of its layer "dense".
std::string with_value(const std::string& key, const Json& value) {
  return edit_config(write_keras(plain_model()),
                     [&](Json& config) { config["config"]["layers"].as_array()[1]["config"][key] = value; });
}

std::string dense_error(const std::string& message) { return "model.keras: layer dense (Dense): " + message; }

TEST(KerasLayer, KeysWithoutEffect) {
  EXPECT_EQ(read_error(with_value("kernel_regularizer", Json())), "");
  EXPECT_EQ(read_error(with_key("quantization_config", "null")), "");
  EXPECT_EQ(read_error(with_value("kernel_initializer", Json::parse(R"({"class_name": "Mine", "config": {}})"))), "");
}

TEST(KerasLayer, KeysWithEffect) {
  EXPECT_EQ(
      read_error(with_value("kernel_regularizer", Json::parse(R"({"class_name": "Mine", "config": {}})"))),
      dense_error("kernel_regularizer: unknown regularizer \"Mine\"; known: L1, L2, L1L2, OrthogonalRegularizer"));
  EXPECT_EQ(read_error(with_key("groups", "2")), dense_error("parameter \"groups\" is not supported as 2"));
  EXPECT_EQ(read_error(with_key("data_format", "\"channels_first\"")),
            dense_error("parameter \"data_format\" is not supported as \"channels_first\""));
}

// A model of one BatchNormalization whose config has more keys.
std::string with_batch_normalization(const Json::Object& keys) {
  GraphBuilder builder("normalised");
  const int input = builder.input({4});
  Model model{.graph = builder.finish({builder.call(make_layer("BatchNormalization", Json::object()), {input}, "")})};
  model.weights = model.graph.initial_weights(1);
  return edit_config(write_keras(model), [&](Json& config) {
    for (const auto& [key, value] : keys) config["config"]["layers"].as_array()[1]["config"][key] = value;
  });
}

TEST(KerasLayer, BatchNormalizationOfKeras) {
  for (bool synchronized : {false, true}) {
    EXPECT_EQ(read_error(with_batch_normalization({{"synchronized", synchronized},
                                                   {"renorm", false},
                                                   {"renorm_clipping", nullptr},
                                                   {"renorm_momentum", 0.99}})),
              "");
  }
  EXPECT_EQ(
      read_error(with_batch_normalization({{"renorm", true}})),
      "model.keras: layer batch_normalization (BatchNormalization): parameter \"renorm\" is not supported as true");
}

// The file of a model of one layer, whose config has more keys.
std::string with_layer(const std::string& class_name, const char* parameters, const Shape& shape) {
  GraphBuilder builder("one");
  const int input = builder.input(shape);
  Model model{.graph = builder.finish({builder.call(make_layer(class_name, Json::parse(parameters)), {input})})};
  model.weights = model.graph.initial_weights(1);
  return write_keras(model);
}

TEST(KerasLayer, ChannelsFirst) {
  const std::string file =
      with_layer("Conv2D", R"({"filters": 4, "kernel_size": 3, "data_format": "channels_first"})", {2, 6, 5});
  const Model model = read_keras(file, "model.keras");
  EXPECT_EQ(model.graph.nodes()[1].shape, (Shape{4, 4, 3}));
  EXPECT_EQ(model.graph.variables()[0].spec.shape, (Shape{3, 3, 2, 4}));
  EXPECT_EQ(model.graph.node_layer(1).config().at("data_format"), Json("channels_first"));
  EXPECT_NE(read_error(replace_in_config(file, "channels_first", "channels_middle")), "");
}

TEST(KerasLayer, NoiseShapeAndSeed) {
  const Model model = read_keras(
      with_layer("Dropout", R"({"rate": 1.0, "noise_shape": [null, 1, 1], "seed": 3})", {4, 2}), "model.keras");
  EXPECT_EQ(model.graph.node_layer(1).config().at("noise_shape").dump(), "[null,1,1]");
  EXPECT_EQ(model.graph.node_layer(1).config().at("seed"), Json(3));
}

TEST(KerasLayer, Frozen) {
  Model model = read_keras(with_value("trainable", false), "model.keras");
  EXPECT_FALSE(model.graph.layers()[1].trainable);
  EXPECT_FALSE(model.graph.variables()[0].spec.trainable);
  EXPECT_FALSE(read_keras(write_keras(model), "again.keras").graph.layers()[1].trainable);
}

TEST(KerasLayer, DTypes) {
  auto with_dtype = [](const Json& dtype) { return with_value("dtype", dtype); };
  EXPECT_EQ(read_error(with_dtype(Json::parse(R"({"class_name": "DTypePolicy", "config": {"name": "float32"}})"))), "");
  EXPECT_EQ(read_error(with_dtype(Json())), "");
  EXPECT_EQ(read_error(with_dtype("mixed_float16")), dense_error("dtype mixed_float16 is not supported, only float32"));
}

TEST(KerasLayer, FunctionAsActivation) {
  std::string function = R"({"module":"builtins","class_name":"function","config":"tanh","registered_name":"tanh"})";
  std::string file =
      replace_in_config(write_keras(plain_model()), "\"activation\":\"relu\"", "\"activation\":" + function);
  Model model = read_keras(file, "model.keras");
  EXPECT_EQ(model.graph.layers()[1].layer->config().at("activation"), Json("tanh"));
}

TEST(KerasLayer, UnknownLayer) {
  std::string file = replace_in_config(write_keras(plain_model()), "\"Dense\"", "\"Dens\"");
  EXPECT_NE(read_error(file).find("model.keras: layer dense (Dens): unknown layer \"Dens\""), std::string::npos);
  EXPECT_NE(read_error(file).find("Did you mean \"Dense\"?"), std::string::npos);
}

TEST(KerasLayer, CodeIsRefused) {
  std::string lambda = replace_in_config(write_keras(plain_model()), "\"Dense\"", "\"Lambda\"");
  EXPECT_EQ(read_error(lambda), "model.keras: layer dense (Lambda): a Lambda holds code, which is never run");
  std::string custom = replace_in_config(write_keras(plain_model()), "\"keras.layers\"", "\"os.path\"");
  EXPECT_NE(read_error(custom).find("is no layer of Keras but of os.path"), std::string::npos);
}

TEST(KerasLayer, UnknownSize) {
  std::string file =
      replace_in_config(write_keras(plain_model()), "\"batch_shape\":[null,4]", "\"batch_shape\":[null,null]");
  EXPECT_EQ(read_error(file),
            "model.keras: layer dense (Dense): expected a kernel of shape [32, 3], the file has [4, 3]");
}

TEST(KerasLayer, OpenSize) {
  const std::string file =
      replace_in_config(with_layer("GlobalMaxPooling1D", "{}", {4, 3}), "[null,4,3]", "[null,null,3]");
  const Model model = read_keras(file, "model.keras");
  EXPECT_EQ(model.graph.nodes()[0].shape, (Shape{32, 3}));
  EXPECT_EQ(model.graph.node_layer(0).config().at("open").dump(), "[1]");
  EXPECT_EQ(write_keras(model), file);
}

// Keras 2 and early files of Keras 3 without InputLayer.
TEST(KerasLayer, SequentialWithoutInput) {
  std::string built = edit_config(write_keras(plain_model()), [](Json& config) {
    auto& layers = config["config"]["layers"].as_array();
    layers.erase(layers.begin());
  });
  EXPECT_EQ(read_error(built), "");
  std::string unbuilt = replace_in_config(built, "\"build_input_shape\":[null,4]", "\"build_input_shape\":null");
  EXPECT_NE(read_error(unbuilt).find("the shape of the input is not known"), std::string::npos);
  std::string built_layer = edit_config(unbuilt, [](Json& config) {
    config["config"]["layers"].as_array()[0]["build_config"] = Json::parse(R"({"input_shape": [null, 4]})");
  });
  EXPECT_EQ(read_error(built_layer), "");
}

}  // namespace
}  // namespace sluice
