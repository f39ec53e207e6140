#include "sluice/formats/keras_compile.h"

#include <gtest/gtest.h>

#include "sluice/formats/keras_file.h"
#include "sluice/formats/keras_testing.h"

namespace sluice {
namespace {

// The model with compile_config's `key` set to the JSON text `value`.
Model with(const Model& model, const std::string& key, const std::string& value) {
  std::string file =
      edit_config(write_keras(model), [&](Json& config) { config["compile_config"][key] = Json::parse(value); });
  return read_keras(file, "model.keras");
}

std::vector<std::string> loss_names(const Model& model) {
  std::vector<std::string> names;
  for (const LossPtr& loss : model.compile.value().losses) names.emplace_back(loss->name());
  return names;
}

// Metrics of every output: "mae | accuracy".
std::string metric_names(const Model& model) {
  std::string names;
  for (const auto& metrics : model.compile.value().metrics) {
    if (&metrics != &model.compile->metrics[0]) names += " | ";
    for (const MetricPtr& metric : metrics) names += (&metric == &metrics[0] ? "" : " ") + metric->name();
  }
  return names;
}

void expect_dropped(const Model& model, const std::string& reason) {
  EXPECT_FALSE(model.compile.has_value());
  EXPECT_FALSE(model.optimizer_state.has_value());
  EXPECT_NE(model.facts.at("compile_dropped").as_string().find(reason), std::string::npos) << model.facts.dump();
}

void expect_no_optimizer(const Model& model, const std::string& reason) {
  ASSERT_TRUE(model.compile.has_value());
  EXPECT_EQ(model.compile->optimizer, nullptr);
  EXPECT_EQ(model.compile->losses.size(), model.graph.outputs().size());
  EXPECT_FALSE(model.optimizer_state.has_value());
  EXPECT_NE(model.facts.at("optimizer_dropped").as_string().find(reason), std::string::npos) << model.facts.dump();
}

constexpr const char* class_loss = R"({"module": "keras.losses", "class_name": "SparseCategoricalCrossentropy",
  "config": {"name": "x", "reduction": "sum_over_batch_size", "from_logits": false, "ignore_class": null}})";
constexpr const char* logits_loss = R"({"module": "keras.losses", "class_name": "SparseCategoricalCrossentropy",
  "config": {"from_logits": true}})";
constexpr const char* summed_loss = R"({"module": "keras.losses", "class_name": "SparseCategoricalCrossentropy",
  "config": {"reduction": "sum"}})";
constexpr const char* class_metric = R"({"module": "keras.metrics", "class_name": "SparseCategoricalAccuracy",
  "config": {"name": "accuracy", "dtype": "float32"}})";

TEST(KerasCompile, LossForms) {
  using Names = std::vector<std::string>;
  std::string name = "sparse_categorical_crossentropy";
  EXPECT_EQ(loss_names(with(convolutional_model(), "loss", class_loss)), Names{name});
  EXPECT_EQ(loss_names(with(convolutional_model(), "loss", R"({"classes": "sparse_categorical_crossentropy"})")),
            Names{name});
  EXPECT_EQ(loss_names(with(shared_model(), "loss", R"({"early": "sparse_categorical_crossentropy", "late": "mse"})")),
            (Names{"mse", name}));
  EXPECT_EQ(loss_names(with(shared_model(), "loss", std::string("[\"mse\", ") + class_loss + "]")),
            (Names{"mse", name}));
}

TEST(KerasCompile, LossParameters) {
  Model model = with(convolutional_model(), "loss", logits_loss);
  EXPECT_EQ(model.compile.value().losses[0]->config().at("from_logits"), Json(true));
  Model again = read_keras(write_keras(model), "model.keras");
  EXPECT_EQ(again.compile.value().losses[0]->config(), model.compile->losses[0]->config());
}

TEST(KerasCompile, LossWeights) {
  Model model = with(shared_model(), "loss_weights", R"({"late": 0.5})");
  EXPECT_EQ(model.compile.value().loss_weights, (std::vector<double>{0.5, 1}));
  EXPECT_EQ(read_keras(write_keras(model), "model.keras").compile.value().loss_weights, model.compile->loss_weights);
}

TEST(KerasCompile, MetricForms) {
  EXPECT_EQ(metric_names(with(convolutional_model(), "metrics", "null")), "");
  EXPECT_EQ(metric_names(with(convolutional_model(), "metrics", std::string("[") + class_metric + "]")), "accuracy");
  EXPECT_EQ(metric_names(with(convolutional_model(), "metrics", R"([["accuracy"]])")), "accuracy");
  Model binary = with(convolutional_model(), "metrics", R"([{"class_name": "Accuracy", "config": {}}])");
  EXPECT_NE(binary.facts.at("compile_dropped").as_string().find("unknown metric \"Accuracy\""), std::string::npos);
  EXPECT_EQ(metric_names(with(shared_model(), "metrics", R"({"early": "accuracy"})")), " | accuracy");
  EXPECT_EQ(metric_names(with(shared_model(), "metrics", R"([["mae"], "accuracy"])")), "mae | accuracy");
}

TEST(KerasCompile, WhatCannotBeExpressedIsDropped) {
  expect_dropped(with(convolutional_model(), "loss", summed_loss), "reduction = \"sum\" is not supported");
  expect_dropped(with(convolutional_model(), "loss", "\"my_loss\""), "my_loss");
  expect_dropped(with(shared_model(), "loss", R"({"late": "mse"})"), "an output without a loss");
  expect_dropped(with(shared_model(), "loss", R"({"later": "mse"})"), "\"later\" is no output");
}

/// The shared model, whose optimizer is SGD, with a piece of its configuration replaced.
Model with_piece(const std::string& piece, const std::string& other) {
  return read_keras(replace_in_config(write_keras(shared_model()), piece, other), "model.keras");
}

TEST(KerasCompile, OptimizerParameters) {
  auto with_key = [](const std::string& key, const std::string& value) {
    return with_piece("\"nesterov\":true", "\"nesterov\":true,\"" + key + "\":" + value);
  };
  EXPECT_TRUE(with_key("loss_scale_factor", "null").compile.has_value());
  EXPECT_TRUE(with_key("name", "\"sgd_1\"").compile.has_value());
  expect_no_optimizer(with_key("loss_scale_factor", "2"), "SGD with loss_scale_factor = 2 is not supported");
  EXPECT_EQ(with_piece("\"weight_decay\":null", "\"weight_decay\":0.5").compile->optimizer->config().at("weight_decay"),
            Json(0.5));
}

TEST(KerasCompile, OptimizerByName) {
  Model model = with(convolutional_model(), "optimizer", "\"adam\"");
  EXPECT_EQ(model.compile.value().optimizer->config(), make_optimizer("Adam", Json::object())->config());
  EXPECT_EQ(model.optimizer_state.value().iterations, 12);
  EXPECT_EQ(with(convolutional_model(), "optimizer", "\"rmsprop\"").compile->optimizer->class_name(), "RMSprop");
  expect_no_optimizer(with(convolutional_model(), "optimizer", "\"ftrl\""), "the optimizer ftrl is not supported");
}

TEST(KerasCompile, Schedule) {
  auto with_schedule = [](const std::string& config) {
    return with_piece("\"learning_rate\":0.1",
                      R"("learning_rate":{"class_name":"ExponentialDecay","config":)" + config + "}");
  };
  Model model = with_schedule(
      R"({"initial_learning_rate": 0.5, "decay_steps": 10, "decay_rate": 0.25, "staircase": false, "name": "x"})");
  ASSERT_NE(model.compile.value().optimizer, nullptr);
  EXPECT_EQ(model.compile->optimizer->learning_rate().at(5), 0.25);
  Model again = read_keras(write_keras(model), "model.keras");
  EXPECT_EQ(again.compile.value().optimizer->config(), model.compile->optimizer->config());
  expect_no_optimizer(with_schedule(R"({"initial_learning_rate": 0.5, "decay_rate": 0.25})"),
                      "missing \"decay_steps\"");
  expect_no_optimizer(with_schedule("{}"), "missing \"decay_rate\"");
}

}  // namespace
}  // namespace sluice
