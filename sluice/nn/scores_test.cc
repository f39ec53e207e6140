#include "sluice/nn/scores.h"

#include <gtest/gtest.h>

#include <numeric>

#include "sluice/base/files.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/layers/activation.h"
#include "sluice/nn/plan.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

constexpr int64_t rows = 70, width = 4;

/// A network that returns its input.
Graph echo(const Shape& shape) {
  GraphBuilder builder;
  const int input = builder.input(shape);
  return builder.finish({builder.call(make(ActivationLayer{Activation::linear}), {input})});
}

Tensor tensor_of(const Json& numbers, const Shape& shape) {
  Tensor tensor(DType::float32, shape);
  for (size_t i = 0; i < numbers.size(); ++i) tensor.values<float>()[i] = static_cast<float>(numbers[i].as_real());
  return tensor;
}

/// What tests/golden/scores/make_goldens.py had real Keras compute; the tests run from the repository root.
struct Golden {
  Json json = Json::parse(read_file("tests/golden/scores/scores.json"));
  Graph graph = echo({width});

  bool has_classes(const std::string& data) const { return json.at("data").at(data).at("labels").size() == rows; }

  Scores scores(const CompileConfig& compile, const std::string& data, bool weighted) const {
    const Json& arrays = json.at("data").at(data);
    const Shape labels = has_classes(data) ? Shape{rows} : Shape{rows, width};
    Examples examples = bind_examples(graph, compile, {{"", tensor_of(arrays.at("y"), {rows, width})}},
                                      {{"", tensor_of(arrays.at("labels"), labels)}});
    if (weighted) examples.weights = {tensor_of(json.at("weights"), {rows})};
    return evaluate(graph, Tensor(DType::float32, {0}), compile, examples);
  }
};

std::string text_of(const Json& golden) { return golden.at("class_name").as_string() + golden.at("config").dump(); }

double tolerance(double value) { return 2e-5 * std::max(1.0, std::abs(value)); }

TEST(Scores, LossesAreThoseOfKeras) {
  const Golden golden;
  EXPECT_GE(golden.json.at("losses").size(), 28u);
  for (const Json& expected : golden.json.at("losses").as_array()) {
    SCOPED_TRACE(text_of(expected));
    const LossPtr loss = make_named<Loss>(expected.at("class_name").as_string(), expected.at("config"));
    const CompileConfig compile{nullptr, {loss}, {{}}};
    for (const bool weighted : {false, true}) {
      // Over 70 rows in two batches the mean by weights is not that of all.
      if (weighted && loss->reduction() != Reduction::sum_over_batch_size) continue;
      const double value = expected.at(weighted ? "weighted" : "value").as_real();
      const Scores scores = golden.scores(compile, expected.at("data").as_string(), weighted);
      EXPECT_NEAR(scores[0].second, value, tolerance(value)) << (weighted ? "weighted" : "");
    }
  }
}

TEST(Scores, MetricsAreThoseOfKeras) {
  const Golden golden;
  EXPECT_GE(golden.json.at("metrics").size(), 44u);
  for (const Json& expected : golden.json.at("metrics").as_array()) {
    SCOPED_TRACE(text_of(expected));
    const std::string data = expected.at("data").as_string();
    const MetricPtr metric = make_named<Metric>(expected.at("class_name").as_string(), expected.at("config"));
    const LossPtr loss = find_loss(golden.has_classes(data) ? "sparse_categorical_crossentropy" : "mse");
    const Scores scores = golden.scores({nullptr, {loss}, {{metric}}, {}, {{metric}}}, data, true);
    const Json &plain = expected.at("values"), &weighted = expected.at("weighted");
    ASSERT_EQ(scores.size(), 1 + 2 * plain.size());
    for (size_t i = 0; i < plain.size(); ++i) {
      EXPECT_NEAR(scores[1 + i].second, plain[i].as_real(), tolerance(plain[i].as_real())) << scores[1 + i].first;
      const auto& [name, value] = scores[1 + plain.size() + i];
      EXPECT_NEAR(value, weighted[i].as_real(), tolerance(weighted[i].as_real())) << name;
      EXPECT_TRUE(name.starts_with("weighted_")) << name;
    }
  }
}

/// The loss of a batch of rows.
double batch_loss(const Json& loss, const Examples& examples, const Shape& output) {
  const Graph graph = echo(output);
  const CompileConfig compile{nullptr, {read_named<Loss>(loss)}, {{}}};
  KernelScope scope;
  Plan plan(graph, &compile, PlanMode::evaluation, examples.rows());
  std::vector<int64_t> index(static_cast<size_t>(examples.rows()));
  std::iota(index.begin(), index.end(), 0);
  plan.run({&examples, index.data(), examples.rows()}, nullptr);
  return mean_scores(graph, compile, plan.sums(), examples.rows())[0].second;
}

Tensor floats(const Shape& shape, std::vector<float> values) { return Tensor::of<float>(shape, values); }

TEST(Scores, Reductions) {
  const Examples examples{{floats({2, 2, 1}, {1, 2, 3, 4})}, {floats({2, 2, 1}, {0, 0, 0, 0})}, {floats({2}, {1, 3})}};
  auto loss = [&](const std::string& reduction) {
    const Json json = Json::parse("{\"MeanAbsoluteError\": {\"reduction\": \"" + reduction + "\"}}");
    return batch_loss(json, examples, {2, 1});
  };
  EXPECT_DOUBLE_EQ(loss("sum_over_batch_size"), (1 + 2 + 9 + 12) / 4.0);
  EXPECT_DOUBLE_EQ(loss("mean"), (1 + 2 + 9 + 12) / 4.0);
  EXPECT_DOUBLE_EQ(loss("sum"), 1 + 2 + 9 + 12);
  EXPECT_DOUBLE_EQ(loss("mean_with_sample_weight"), (1.5 + 3 * 3.5) / 4);
  EXPECT_THROW(loss("none"), Error);
}

TEST(Scores, IgnoredClassDoesNotCount) {
  const Examples all{
      {floats({1, 2, 2}, {0.25f, 0.75f, 0.5f, 0.5f})}, {Tensor::of<int32_t>({1, 2}, std::vector{0, 0})}, {}};
  Examples one = all;
  one.labels[0] = Tensor::of<int32_t>({1, 2}, std::vector{0, -1});
  const Json plain("sparse_categorical_crossentropy");
  const Json ignoring = Json::parse(R"({"SparseCategoricalCrossentropy": {"ignore_class": -1}})");
  EXPECT_NEAR(batch_loss(plain, all, {2, 2}), (std::log(4) + std::log(2)) / 2, 1e-6);
  EXPECT_NEAR(batch_loss(ignoring, all, {2, 2}), (std::log(4) + std::log(2)) / 2, 1e-6);
  EXPECT_NEAR(batch_loss(ignoring, one, {2, 2}), std::log(4), 1e-6);
  const CompileConfig compile{nullptr, {read_named<Loss>(ignoring)}, {{}}};
  const NamedTensors inputs{{"", one.inputs[0]}};
  EXPECT_NO_THROW(bind_examples(echo({2, 2}), compile, inputs, {{"", one.labels[0]}}));
  EXPECT_THROW(bind_examples(echo({2, 2}), compile, inputs, {{"", Tensor::of<int32_t>({1, 2}, std::vector{0, -2})}}),
               Error);
}

TEST(Scores, ConfusionMatrixIsATable) {
  const Graph graph = echo({3});
  const CompileConfig compile{
      nullptr, {find_loss("sparse_categorical_crossentropy")}, {{find_metric("confusion_matrix")}}};
  const Examples examples{{floats({4, 3}, {0.8f, 0.1f, 0.1f, 0.1f, 0.2f, 0.7f, 0.2f, 0.6f, 0.2f, 0, 0, 1})},
                          {Tensor::of<int32_t>({4, 1}, std::vector{0, 1, 1, 2})},
                          {}};
  std::vector<ScoreTable> tables;
  const Scores scores = evaluate(graph, Tensor(DType::float32, {0}), compile, examples, {}, &tables);
  EXPECT_EQ(scores.size(), 1u);
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(tables[0].name, "confusion_matrix");
  EXPECT_EQ(tables[0].classes, 3);
  EXPECT_EQ(tables[0].counts, (std::vector<double>{1, 0, 0, 0, 1, 1, 0, 0, 1}));
}

TEST(Scores, NamesAreToldApart) {
  auto precision = [](int64_t of) { return make_named<Metric>("Precision", Json::Object{{"class_id", of}}); };
  const Graph graph = echo({3});
  const CompileConfig compile{nullptr,
                              {find_loss("mse")},
                              {{precision(0), precision(1), find_metric("f1_score")}},
                              {},
                              {{precision(0), find_metric("mae")}}};
  std::vector<std::string> names;
  for (const ScoreEntry& entry : score_entries(graph, compile))
    names.insert(names.end(), entry.names.begin(), entry.names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"precision", "precision_1", "f1_score_0", "f1_score_1", "f1_score_2",
                                             "weighted_precision", "mae"}));
}

}  // namespace
}  // namespace sluice
