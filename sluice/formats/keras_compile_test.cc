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

TEST(KerasCompile, Reductions) {
  const Model model = with(convolutional_model(), "loss", summed_loss);
  EXPECT_EQ(model.compile.value().losses[0]->reduction(), Reduction::sum);
  const Model again = read_keras(write_keras(model), "model.keras");
  EXPECT_EQ(again.compile.value().losses[0]->reduction(), Reduction::sum);
  for (const char* none : {"null", "\"none\""}) {
    expect_dropped(with(convolutional_model(), "loss",
                        std::string(R"({"class_name": "MeanSquaredError", "config": {"reduction": )") + none + "}}"),
                   "MeanSquaredError with reduction = none is not supported");
  }
}

TEST(KerasCompile, WrappedFunctions) {
  const std::string function = R"({"module": "builtins", "class_name": "function", "config": "binary_crossentropy"})";
  const Model metric = with(shared_model(), "metrics",
                            R"({"late": {"class_name": "MeanMetricWrapper", "config":
      {"name": "b", "dtype": "float32", "label_smoothing": 0.25, "fn": )" +
                                function + "}}}");
  EXPECT_EQ(metric.compile.value().metrics[0].at(0)->config().at("label_smoothing"), Json(0.25));
  const Model loss = with(shared_model(), "loss",
                          R"({"early": "sparse_categorical_crossentropy", "late":
      {"class_name": "LossFunctionWrapper", "config": {"name": "b", "reduction": "sum", "fn": )" +
                              function + "}}}");
  EXPECT_EQ(loss.compile.value().losses[0]->name(), "binary_crossentropy");
  EXPECT_EQ(loss.compile->losses[0]->reduction(), Reduction::sum);
}

TEST(KerasCompile, WeightedMetrics) {
  const Model model = with(convolutional_model(), "weighted_metrics", "[\"accuracy\"]");
  ASSERT_EQ(model.compile.value().weighted_metrics.size(), 1u);
  EXPECT_EQ(model.compile->weighted_metrics[0].at(0)->name(), "accuracy");
  const Model again = read_keras(write_keras(model), "model.keras");
  EXPECT_EQ(again.compile.value().weighted_metrics[0].size(), 1u);
}

/// Every loss and metric with other than its default parameters, written and read again.
template <NamedKind Kind>
void expect_kept(const std::string& key, const std::string& object) {
  SCOPED_TRACE(object);
  const auto given = read_named<Kind>(Json::parse(object));
  Model model = shared_model();
  model.compile->losses[0] = find_loss("mse");
  model.compile->metrics = {{}, {}};
  if constexpr (std::is_same_v<Kind, Loss>) {
    model.compile->losses[0] = given;
  } else {
    model.compile->metrics[0] = {given};
  }
  const Model again = read_keras(write_keras(model), "model.keras");
  ASSERT_TRUE(again.compile.has_value()) << again.facts.dump();
  const Named* got = nullptr;
  if (key == "loss") got = again.compile->losses[0].get();
  if (key == "metric") got = again.compile->metrics[0].at(0).get();
  EXPECT_EQ(got->class_name(), given->class_name());
  EXPECT_EQ(got->config(), given->config());
}

TEST(KerasCompile, LossesAndMetricsKeepTheirParameters) {
  for (const char* loss :
       {R"({"Huber": {"delta": 0.5}})", R"({"BinaryCrossentropy": {"from_logits": true, "label_smoothing": 0.1}})",
        R"({"BinaryFocalCrossentropy": {"gamma": 3, "alpha": 0.5, "apply_class_balancing": true}})",
        R"({"CategoricalFocalCrossentropy": {"gamma": 3, "alpha": 0.5}})", R"("kl_divergence")", R"("msle")",
        R"({"Poisson": {"reduction": "sum"}})", R"({"CosineSimilarity": {"reduction": "mean"}})"}) {
    expect_kept<Loss>("loss", loss);
  }
  for (const char* metric :
       {R"({"AUC": {"curve": "PR", "num_thresholds": 20, "summation_method": "majoring"}})",
        R"({"AUC": {"thresholds": [0.25, 0.5]}})", R"({"Precision": {"thresholds": [0.25, 0.5], "class_id": 1}})",
        R"({"Recall": {"top_k": 2}})", R"({"F1Score": {"average": "macro", "threshold": 0.25}})",
        R"({"FBetaScore": {"beta": 2}})", R"({"R2Score": {"class_aggregation": "variance_weighted_average"}})",
        R"({"R2Score": {"class_aggregation": null}})", R"({"AUC": {"multi_label": true, "label_weights": [1, 2, 3]}})",
        R"({"FalsePositives": {"thresholds": 0.25}})", R"("root_mean_squared_error")", R"("log_cosh_error")",
        R"({"TopKCategoricalAccuracy": {"k": 2}})", R"({"BinaryCrossentropy": {"from_logits": true}})"}) {
    expect_kept<Metric>("metric", metric);
  }
}

TEST(KerasCompile, WhatCannotBeExpressedIsDropped) {
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
  EXPECT_TRUE(with_key("quantization", "null").compile.has_value());
  EXPECT_TRUE(with_key("name", "\"sgd_1\"").compile.has_value());
  EXPECT_EQ(with_piece("\"loss_scale_factor\":null", "\"loss_scale_factor\":2")
                .compile->optimizer->config()
                .at("loss_scale_factor"),
            Json(2.0));
  expect_no_optimizer(with_key("loss_scale", "2"), "SGD with loss_scale = 2 is not supported");
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
