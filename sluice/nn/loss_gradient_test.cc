#include <gtest/gtest.h>

#include <cmath>

#include "sluice/nn/gradients_testing.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/rescaling.h"

namespace sluice::testing {
namespace {

Tensor class_labels(int64_t rows, int64_t classes) {
  Tensor labels(DType::int32, {rows});
  for (int64_t i = 0; i < rows; ++i) labels.values<int32_t>()[i] = static_cast<int32_t>(i * 7 % classes);
  return labels;
}

Tensor distributions(int64_t rows, int64_t classes) {
  Tensor labels(DType::float32, {rows, classes});
  for (int64_t i = 0; i < rows * classes; ++i)
    labels.values<float>()[i] = 1.0f / static_cast<float>(classes) + (i % 2 == 0 ? 0.1f : -0.1f);
  return labels;
}

TEST(Gradients, CrossEntropyFromLogitsAndFromProbabilities) {
  for (bool probabilities : {false, true}) {
    for (bool sparse : {true, false}) {
      GraphBuilder builder;
      int node = builder.input({5});
      node = builder.call(make(Dense{.units = 4, .activation = Activation::softmax}), {node});
      if (probabilities) node = builder.call(make(Rescaling{.scale = 0.9, .offset = 0.02}), {node});
      const Graph graph = builder.finish({node});
      const CompileConfig compile{
          nullptr, {find_loss(sparse ? "sparse_categorical_crossentropy" : "categorical_crossentropy")}, {{}}};
      SCOPED_TRACE(std::string(compile.losses[0]->name()) + (probabilities ? " from probabilities" : ""));
      expect_gradients(graph, compile,
                       {{random_tensor({6, 5}, 1)}, {sparse ? class_labels(6, 4) : distributions(6, 4)}});
    }
  }
}

/// A loss on two vectors of four outputs behind an activation; labels of 0 and 1, or one class a vector.
void expect_loss_gradients(const std::string& loss, Activation activation) {
  SCOPED_TRACE(loss + " of " + enum_names(activation)[static_cast<size_t>(activation)]);
  GraphBuilder builder;
  int node = builder.input({2, 5});
  node = builder.call(make(Dense{.units = 4, .activation = activation}), {node});
  const Graph graph = builder.finish({node});
  const CompileConfig compile{nullptr, {read_named<Loss>(Json::parse(loss))}, {{}}, {0.7}};
  Tensor labels(DType::float32, {5, 2, 4});
  for (int64_t i = 0; i < 40; ++i) labels.values<float>()[i] = (i * i + i / 8) % 3 == 0 ? 1.0f : 0.0f;
  if (compile.losses[0]->label_kind() == LabelKind::classes) labels = class_labels(10, 4).reshaped({5, 2});
  Examples examples{{random_tensor({5, 2, 5}, 1)}, {labels}, {random_tensor({5}, 4)}};
  for (float& weight : examples.weights[0].values<float>()) weight = std::abs(weight);
  expect_gradients(graph, compile, examples);
}

TEST(Gradients, Losses) {
  for (const auto& type : named_types(static_cast<const Loss*>(nullptr))) {
    const std::string name = "{\"" + type.class_name + "\": {";
    for (const Activation activation : {Activation::sigmoid, Activation::softmax, Activation::softplus})
      expect_loss_gradients(name + "}}", activation);
    expect_loss_gradients(name + "\"reduction\": \"sum\"}}", Activation::softmax);
    expect_loss_gradients(name + "\"reduction\": \"mean_with_sample_weight\"}}", Activation::softmax);
  }
}

TEST(Gradients, LossesWithParameters) {
  for (
      const char* loss :
      {R"({"BinaryCrossentropy": {"from_logits": true, "label_smoothing": 0.2}})",
       R"({"BinaryFocalCrossentropy": {"from_logits": true, "gamma": 1.5, "apply_class_balancing": true, "alpha": 0.4}})",
       R"({"CategoricalCrossentropy": {"from_logits": true, "label_smoothing": 0.1}})",
       R"({"CategoricalFocalCrossentropy": {"from_logits": true, "gamma": 1.5, "label_smoothing": 0.1}})",
       R"({"SparseCategoricalCrossentropy": {"from_logits": true, "ignore_class": 1}})",
       R"({"Huber": {"delta": 0.4}})"}) {
    expect_loss_gradients(loss, Activation::tanh);
  }
}

}  // namespace
}  // namespace sluice::testing
