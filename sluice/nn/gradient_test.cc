#include <gtest/gtest.h>

#include <numeric>

#include "sluice/nn/gradients_testing.h"
#include "sluice/nn/layers/concatenate.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/embedding.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/layers/merge.h"
#include "sluice/nn/layers/pooling2d.h"
#include "sluice/nn/plan.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice::testing {
namespace {

TEST(Gradients, OneValueAsSeveralInputs) {
  for (const char* name : {"Add", "Subtract", "Multiply", "Average", "Maximum", "Concatenate"}) {
    SCOPED_TRACE(name);
    GraphBuilder builder;
    const int input = builder.input({4});
    const int middle = builder.call(make(Dense{.units = 3}), {input});
    const int node = builder.call(make_layer(name, {}), {middle, middle});
    Shape labels = builder.shape(node);
    labels.insert(labels.begin(), 5);
    expect_gradients(builder.finish({node}), squared_error(), {{random_tensor({5, 4}, 1)}, {random_tensor(labels, 2)}});
  }
}

TEST(Gradients, Embedding) {
  for (int64_t width : {3, 17}) {
    GraphBuilder builder;
    const int input = builder.input({4}, "words", "int32");
    const int words = builder.call(make(Embedding{.input_dim = 6, .output_dim = width}), {input}, "table");
    const int again = builder.call_again("table", {input});
    const int node = builder.call(make(Multiply{}), {words, again});
    const Graph graph = builder.finish({builder.call(make(Dense{.units = 2}), {node})});
    Tensor indices(DType::int32, {5, 4});
    for (int64_t i = 0; i < 20; ++i) indices.values<int32_t>()[i] = static_cast<int32_t>(i * i % 6);
    expect_gradients(graph, squared_error(), {{indices}, {random_tensor({5, 4, 2}, 2)}});
  }
}

TEST(Gradients, SeveralUsesOfAValueAndOfALayerAreAdded) {
  GraphBuilder builder;
  const int input = builder.input({4});
  const int first = builder.call(make(Dense{.units = 4, .activation = Activation::tanh}), {input}, "shared");
  const int second = builder.call_again("shared", {first});
  const int head = builder.call(make(Dense{.units = 2}), {second});
  const Graph graph = builder.finish({head, first});
  const CompileConfig compile{nullptr, {find_loss("mse"), find_loss("mse")}, {{}, {}}};
  expect_gradients(graph, compile, {{random_tensor({5, 4}, 1)}, {random_tensor({5, 2}, 2), random_tensor({5, 4}, 3)}});
}

TEST(Gradients, FewerRowsThanTheBatch) {
  GraphBuilder builder;
  int node = builder.input({8, 8, 1});
  node = builder.call(make(Conv2D{.filters = 32, .kernel_size = {3, 3}, .activation = Activation::relu}), {node});
  node = builder.call(make(Conv2D{.filters = 32, .kernel_size = {3, 3}, .padding = Padding::same}), {node});
  node = builder.call(make(Conv2D{.filters = 3, .kernel_size = {3, 3}, .activation = Activation::relu}), {node});
  node = builder.call(make(MaxPooling2D{}), {node});
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(Dense{.units = 2}), {node});
  const Graph graph = builder.finish({node});
  const CompileConfig compile = squared_error();
  const Examples examples{{random_tensor({40, 8, 8, 1}, 1)}, {random_tensor({40, 2}, 2)}};
  KernelScope scope;
  const Tensor weights = graph.initial_weights(1);
  std::vector<int64_t> rows{7, 3, 39, 11, 5};
  auto gradient = [&](int64_t batch) {
    Plan plan(graph, &compile, PlanMode::training, batch);
    std::vector<int64_t> all(40);
    std::iota(all.begin(), all.end(), 0);
    Tensor gradients(DType::float32, {graph.weight_size()});
    const Plan::Update update{.gradients = gradients.values<float>().data()};
    if (batch == 40) plan.run({&examples, all.data(), 40}, weights.values<float>().data(), update);
    plan.run({&examples, rows.data(), 5}, weights.values<float>().data(), update);
    auto values = gradients.values<float>();
    return std::vector<float>(values.begin(), values.end());
  };
  EXPECT_EQ(gradient(5), gradient(40));
}

}  // namespace
}  // namespace sluice::testing
