#include "sluice/nn/model.h"

#include <gtest/gtest.h>

#include <limits>

#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/flatten.h"

namespace sluice {
namespace {

Graph classifier(int64_t classes) {
  GraphBuilder builder;
  int node = builder.input({2, 2, 1}, "image");
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(Dense{.units = classes, .activation = Activation::softmax}), {node}, "digit");
  return builder.finish({node});
}

CompileConfig with_loss(const char* loss) { return {nullptr, {find_loss(loss)}, {{}}}; }

template <class T>
Tensor column(std::vector<T> values) {
  return Tensor::of<T>({static_cast<int64_t>(values.size())}, values);
}

template <class Work>
std::string message(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(BindExamples, ReshapesRowsWhenTheCountsAgree) {
  const Examples examples = bind_inputs(classifier(3), {{"", Tensor(DType::uint8, {5, 4})}});
  EXPECT_EQ(examples.inputs[0].shape(), (Shape{5, 2, 2, 1}));
  EXPECT_EQ(message([] { bind_inputs(classifier(3), {{"", Tensor(DType::uint8, {5, 5})}}); }),
            "input \"image\" takes rows of [2, 2, 1], the data has rows of [5]");
}

TEST(BindExamples, ChecksClassNumbers) {
  const Tensor images(DType::uint8, {3, 2, 2});
  auto bind = [&](const Tensor& labels, const char* loss = "sparse_categorical_crossentropy") {
    return bind_examples(classifier(3), with_loss(loss), {{"", images}}, {{"", labels}});
  };
  EXPECT_EQ(bind(column<uint8_t>({0, 1, 2})).labels[0].values<int32_t>()[2], 2);
  EXPECT_EQ(message([&] { bind(column<uint8_t>({0, 3, 1})); }),
            "label 3 in row 1: expected a class number from 0 to 2, as the model has 3 outputs");
  EXPECT_EQ(message([&] { bind(column<int32_t>({0, 1, -1})); }),
            "label -1 in row 2: expected a class number from 0 to 2, as the model has 3 outputs");
  EXPECT_EQ(message([&] { bind(column<float>({0, 0.5, 1})); }),
            "label 0.5 in row 1: expected a class number from 0 to 2, as the model has 3 outputs");
  EXPECT_EQ(message([&] { bind(column<uint8_t>({0, 1})); }), "inputs and labels differ in number: 3 and 2 rows");
  const Examples hot = bind(column<int64_t>({2, 0, 1}), "categorical_crossentropy");
  EXPECT_EQ(hot.labels[0].shape(), (Shape{3, 3}));
  EXPECT_EQ(hot.labels[0].values<float>()[2], 1);
}

TEST(BindExamples, NamesTheRowThatIsNotFinite) {
  Tensor images(DType::float32, {3, 4});
  images.values<float>()[9] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(message([&] {
              bind_examples(classifier(3), with_loss("mse"), {{"", images}}, {{"", Tensor(DType::float32, {3, 3})}});
            }),
            "input \"image\" has a value that is not finite in row 2");
  EXPECT_EQ(bind_inputs(classifier(3), {{"", images}}).rows(), 3);
  Tensor labels(DType::float64, {3, 3});
  labels.values<double>()[4] = std::numeric_limits<double>::infinity();
  const Tensor whole(DType::float32, {3, 4});
  EXPECT_EQ(message([&] { bind_examples(classifier(3), with_loss("mse"), {{"", whole}}, {{"", labels}}); }),
            "label has a value that is not finite in row 1");
}

TEST(BindExamples, RefusesValuesThatFloatsDoNotHold) {
  Tensor large(DType::float64, {3, 4});
  large.values<double>()[9] = 1e300;
  EXPECT_EQ(message([&] { bind_examples(classifier(3), with_loss("mse"), {{"", large}}, {}); }),
            "input \"image\" has a value that is too large for float32 in row 2");
}

TEST(BindExamples, RefusesLabelsThatAreNoProbabilities) {
  const Tensor images(DType::uint8, {3, 4});
  Tensor labels(DType::int32, {3});
  auto bind = [&] { bind_examples(classifier(1), with_loss("binary_crossentropy"), {{"", images}}, {{"", labels}}); };
  labels.values<int32_t>()[2] = 1;
  EXPECT_EQ(message(bind), "no error");
  labels.values<int32_t>()[1] = 7;
  EXPECT_EQ(message(bind), "label 7 in row 1: expected 0, 1 or a probability between them");
}

TEST(BindExamples, SaysWhatTheDataHas) {
  const Tensor images(DType::uint8, {3, 4});
  EXPECT_EQ(message([&] { bind_examples(classifier(3), with_loss("mse"), {{"", images}}, {}); }),
            "no labels for output \"digit\" in the data; it has none");
}

TEST(CheckCompile, NamesOutputAndLoss) {
  EXPECT_EQ(message([] { check_compile(classifier(1), with_loss("sparse_categorical_crossentropy")); }),
            "output \"digit\": sparse_categorical_crossentropy needs an output of [classes], at least 2, got [1]");
  EXPECT_EQ(message([] { find_loss("sparse_categorical_crossentropi"); }),
            "unknown loss \"sparse_categorical_crossentropi\". Did you mean \"sparse_categorical_crossentropy\"?");
}

TEST(Graph, ErrorsNameTheLayer) {
  GraphBuilder builder;
  const int input = builder.input({28, 28});
  EXPECT_EQ(
      message([&] { builder.call(make(Conv2D{.filters = 2, .kernel_size = {3, 3}}), {input}); }),
      "[Conv2D conv2d] expected input [height, width, channels], got [28, 28]; an image needs a channel dimension");
  const int image = builder.input({4, 4, 1});
  EXPECT_EQ(message([&] { builder.call(make(Conv2D{.filters = 2, .kernel_size = {5, 5}}), {image}, "c"); }),
            "[Conv2D c] a window of 5 does not fit into an input of 4; use a smaller one or padding: same");
}

TEST(Graph, NamesLayersAsKerasDoes) {
  GraphBuilder builder;
  int node = builder.input({4});
  for (int i = 0; i < 3; ++i) node = builder.call(make(Dense{.units = 2}), {node});
  const Graph graph = builder.finish({node});
  EXPECT_EQ(graph.layers()[0].name, "input_layer");
  EXPECT_EQ(graph.layers()[1].name, "dense");
  EXPECT_EQ(graph.layers()[3].name, "dense_2");
  EXPECT_TRUE(graph.sequential());
  EXPECT_EQ(graph.parameter_count(), 10 + 6 + 6);
  EXPECT_EQ(graph.flop(), 2 * (8 + 4 + 4));
}

}  // namespace
}  // namespace sluice
