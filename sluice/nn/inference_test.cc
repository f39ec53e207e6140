#include "sluice/nn/inference.h"

#include <gtest/gtest.h>

#include <limits>

#include "sluice/base/random.h"
#include "sluice/nn/layers/activation.h"
#include "sluice/nn/layers/batch_normalization.h"
#include "sluice/nn/layers/center_crop.h"
#include "sluice/nn/layers/concatenate.h"
#include "sluice/nn/layers/conv1d.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/conv_transpose.h"
#include "sluice/nn/layers/cropping.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/depthwise_conv.h"
#include "sluice/nn/layers/dot.h"
#include "sluice/nn/layers/dropout.h"
#include "sluice/nn/layers/elu.h"
#include "sluice/nn/layers/embedding.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/layers/gaussian_noise.h"
#include "sluice/nn/layers/global_pooling.h"
#include "sluice/nn/layers/group_normalization.h"
#include "sluice/nn/layers/layer_normalization.h"
#include "sluice/nn/layers/merge.h"
#include "sluice/nn/layers/normalization.h"
#include "sluice/nn/layers/permute.h"
#include "sluice/nn/layers/pooling1d.h"
#include "sluice/nn/layers/pooling2d.h"
#include "sluice/nn/layers/prelu.h"
#include "sluice/nn/layers/relu.h"
#include "sluice/nn/layers/repeat_vector.h"
#include "sluice/nn/layers/rescaling.h"
#include "sluice/nn/layers/reshape.h"
#include "sluice/nn/layers/resizing.h"
#include "sluice/nn/layers/separable_conv.h"
#include "sluice/nn/layers/softmax.h"
#include "sluice/nn/layers/unit_normalization.h"
#include "sluice/nn/layers/upsampling.h"
#include "sluice/nn/layers/zero_padding.h"
#include "sluice/nn/plan.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

Tensor random_rows(const Shape& shape, int64_t rows) {
  Shape all{rows};
  all.insert(all.end(), shape.begin(), shape.end());
  Tensor tensor(DType::float32, all);
  Random random(5, Purpose::fuzz);
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor.values<float>()[i] = static_cast<float>(random.normal(static_cast<uint64_t>(i)));
  return tensor;
}

Graph single_layer(const LayerPtr& layer, const Shape& shape) {
  GraphBuilder builder;
  const int input = builder.input(shape);
  return builder.finish({builder.call(layer, {input})});
}

std::vector<float> predict_rows(const Graph& graph, const Tensor& weights, const Tensor& rows, int threads = 1) {
  auto values = predict(graph, weights, {{rows}, {}}, {.threads = threads})[0];
  return {values.values<float>().begin(), values.values<float>().end()};
}

/// Every inference kernel: the bits of a row depend neither on the rows beside it, nor on its place, nor on threads.
void expect_row_invariant(const Graph& graph) {
  const Tensor weights = graph.initial_weights(2);
  const Tensor rows = random_rows(graph.nodes()[graph.inputs()[0]].shape, 150);
  const auto all = predict_rows(graph, weights, rows);
  const size_t size = all.size() / 150;
  EXPECT_EQ(predict_rows(graph, weights, rows, 3), all);
  for (auto [first, last] :
       {std::pair<int64_t, int64_t>{0, 1}, {1, 2}, {3, 10}, {63, 65}, {100, 150}, {149, 150}, {17, 146}}) {
    const auto part = predict_rows(graph, weights, rows.slice(first, last));
    const std::vector<float> expected(all.begin() + first * static_cast<int64_t>(size),
                                      all.begin() + last * static_cast<int64_t>(size));
    ASSERT_EQ(part, expected) << "rows " << first << " to " << last;
  }
}

TEST(Inference, EveryLayerIsRowInvariant) {
  expect_row_invariant(single_layer(make(Dense{.units = 1}), {700}));
  expect_row_invariant(single_layer(make(Dense{.units = 33, .activation = Activation::softmax}), {300}));
  expect_row_invariant(single_layer(make(Dense{.units = 10, .activation = Activation::tanh}), {9}));
  expect_row_invariant(
      single_layer(make(Conv2D{.filters = 7, .kernel_size = {3, 3}, .padding = Padding::same}), {9, 8, 3}));
  expect_row_invariant(
      single_layer(make(Conv2D{.filters = 32, .kernel_size = {3, 3}, .activation = Activation::relu}), {12, 12, 32}));
  expect_row_invariant(
      single_layer(make(Conv2D{.filters = 64, .kernel_size = {3, 3}, .padding = Padding::same}), {6, 7, 48}));
  expect_row_invariant(
      single_layer(make(Conv2D{.filters = 40, .kernel_size = {5, 5}, .padding = Padding::same}), {8, 7, 24}));
  expect_row_invariant(single_layer(make(Conv1D{.filters = 5, .kernel_size = {3}}), {9, 3}));
  expect_row_invariant(
      single_layer(make(Conv1D{.filters = 33, .kernel_size = {3}, .padding = StepPadding::causal}), {9, 32}));
  expect_row_invariant(single_layer(
      make(Conv2D{.filters = 6, .kernel_size = {3, 3}, .padding = Padding::same, .groups = 3}), {9, 8, 9}));
  expect_row_invariant(single_layer(make(Conv2D{.filters = 48, .kernel_size = {1, 1}, .groups = 2}), {7, 5, 64}));
  expect_row_invariant(
      single_layer(make(Conv2DTranspose{{.filters = 3, .kernel_size = {3, 3}, .strides = {2, 2}}}), {5, 6, 4}));
  expect_row_invariant(
      single_layer(make(Conv1DTranspose{{.filters = 40, .kernel_size = {4}, .padding = Padding::same}}), {5, 33}));
  expect_row_invariant(
      single_layer(make(DepthwiseConv2D{{.kernel_size = {3, 3}, .padding = Padding::same}}), {9, 11, 20}));
  expect_row_invariant(
      single_layer(make(DepthwiseConv1D{{.kernel_size = {3}, .strides = {2}, .depth_multiplier = 2}}), {9, 3}));
  expect_row_invariant(single_layer(make(SeparableConv2D{{.filters = 7, .kernel_size = {3, 3}}}), {6, 5, 9}));
  expect_row_invariant(single_layer(make(SeparableConv1D{{.filters = 34, .kernel_size = {2}}}), {6, 40}));
  expect_row_invariant(single_layer(make(MaxPooling2D{}), {5, 6, 3}));
  expect_row_invariant(
      single_layer(make(AveragePooling2D{{.pool_size = {3, 3}, .padding = Padding::same}}), {5, 6, 3}));
  expect_row_invariant(single_layer(make(MaxPooling1D{}), {7, 3}));
  expect_row_invariant(single_layer(make(AveragePooling1D{{.pool_size = {3}, .padding = Padding::same}}), {7, 3}));
  expect_row_invariant(single_layer(make(GlobalAveragePooling1D{}), {9, 5}));
  expect_row_invariant(single_layer(make(GlobalAveragePooling2D{}), {5, 6, 3}));
  expect_row_invariant(single_layer(make(GlobalMaxPooling2D{}), {5, 6, 3}));
  expect_row_invariant(single_layer(make(Reshape{.target_shape = {2, -1}}), {3, 4}));
  expect_row_invariant(single_layer(make(Permute{.dims = {3, 1, 2}}), {2, 3, 4}));
  expect_row_invariant(single_layer(make(RepeatVector{.n = 2}), {5}));
  expect_row_invariant(single_layer(make(ZeroPadding2D{}), {3, 2, 2}));
  expect_row_invariant(single_layer(make(Cropping1D{}), {5, 3}));
  expect_row_invariant(single_layer(make(Resizing{.height = 4, .width = 9}), {5, 6, 3}));
  expect_row_invariant(single_layer(make(CenterCrop{.height = 7, .width = 3}), {5, 6, 1}));
  expect_row_invariant(single_layer(make(UpSampling2D{}), {3, 2, 2}));
  expect_row_invariant(single_layer(make(UpSampling2D{.interpolation = ImageFilter::bilinear}), {3, 2, 2}));
  expect_row_invariant(single_layer(make(Rescaling{.scale = 0.1}), {11}));
  expect_row_invariant(single_layer(make(Flatten{}), {3, 2, 2}));
  expect_row_invariant(single_layer(make(Dropout{}), {7}));
  expect_row_invariant(single_layer(make(BatchNormalization{}), {3, 5}));
  expect_row_invariant(single_layer(make(LayerNormalization{}), {3, 5}));
  expect_row_invariant(single_layer(make(LayerNormalization{.axis = {{1}}}), {3, 5}));
  expect_row_invariant(single_layer(make(GroupNormalization{.groups = 2}), {3, 5, 6}));
  expect_row_invariant(single_layer(make(UnitNormalization{}), {19}));
  expect_row_invariant(single_layer(make(Normalization{}), {3, 5}));
  expect_row_invariant(single_layer(make(ReLU{.max_value = 1, .negative_slope = 0.1, .threshold = 0.2}), {13}));
  expect_row_invariant(single_layer(make(ELU{}), {13}));
  expect_row_invariant(single_layer(make(PReLU{.alpha_initializer = ones()}), {3, 5}));
  expect_row_invariant(single_layer(make(Softmax{{{1}}}), {3, 5}));
  for (auto activation :
       {Activation::linear, Activation::relu, Activation::tanh, Activation::sigmoid, Activation::softmax}) {
    expect_row_invariant(single_layer(make(ActivationLayer{activation}), {13}));
  }
}

TEST(Inference, LayersOfSeveralInputsAreRowInvariant) {
  for (const LayerPtr& layer : {make(Add{}), make(Multiply{}), make(Maximum{}), make(Concatenate{}),
                                make(Dot{.axes = {2, 2}}), make(Dot{.axes = {1, 1}, .normalize = true})}) {
    SCOPED_TRACE(layer->class_name());
    GraphBuilder builder;
    const int input = builder.input({3, 19});
    expect_row_invariant(builder.finish({builder.call(layer, {input, input})}));
  }
}

Tensor indices_with(int32_t last) {
  Tensor indices(DType::int32, {70, 2});
  indices.values<int32_t>()[139] = last;
  return indices;
}

TEST(Inference, RefusesIndicesOutsideOfAnEmbedding) {
  const Graph graph = single_layer(make(Embedding{.input_dim = 9, .output_dim = 3}), {2});
  const Tensor weights = graph.initial_weights(2);
  auto error = [&](const Tensor& indices) -> std::string {
    try {
      predict(graph, weights, {{indices}, {}}, {.threads = 2});
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      return error.what();
    }
  };
  EXPECT_EQ(error(indices_with(8)), "");
  EXPECT_EQ(error(indices_with(9)), "[Embedding] index 9 in row 69: expected 0 to 8, as input_dim is 9");
  EXPECT_EQ(error(indices_with(-1)), "[Embedding] index -1 in row 69: expected 0 to 8, as input_dim is 9");
  Tensor unknown(DType::float32, {1, 2});
  unknown.values<float>()[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(error(unknown), "[Embedding] index NaN in row 0: expected 0 to 8, as input_dim is 9");
}

TEST(Inference, NetworkIsRowInvariant) {
  GraphBuilder builder;
  int node = builder.input({12, 12, 1});
  node = builder.call(make(Rescaling{.scale = 0.5}), {node});
  node = builder.call(
      make(Conv2D{.filters = 6, .kernel_size = {5, 5}, .padding = Padding::same, .activation = Activation::relu}),
      {node});
  node = builder.call(make(MaxPooling2D{}), {node});
  node = builder.call(make(Conv2D{.filters = 16, .kernel_size = {3, 3}, .activation = Activation::relu}), {node});
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(Dense{.units = 20, .activation = Activation::relu}), {node});
  node = builder.call(make(Dense{.units = 10, .activation = Activation::softmax}), {node});
  expect_row_invariant(builder.finish({node}));
}

/// The kernels of an inference plan, in order.
std::vector<std::string> kernels(const Graph& graph) {
  KernelScope scope;
  const Plan plan(graph, nullptr, PlanMode::inference, 3);
  std::vector<std::string> names;
  for (const KernelCall& call : plan.calls()) names.push_back(call.kernel);
  return names;
}

TEST(Inference, OneKernelDoesWhatFollowsAConvolution) {
  const std::vector<std::pair<LayerPtr, std::string>> cases{
      {make(DepthwiseConv2D{{.kernel_size = {3, 3}}}), "depthwise_conv forward"},
      {make(Conv2D{.filters = 5, .kernel_size = {1, 1}, .use_bias = false}), "gemm_conv forward"}};
  for (const auto& [layer, kernel] : cases) {
    // What is an output too cannot be left out.
    const auto network = [&layer = layer](bool apart) {
      GraphBuilder builder;
      const int padded = builder.call(make(ZeroPadding2D{}), {builder.input({6, 5, 4})});
      const int convolved = builder.call(layer, {padded});
      const int normalised = builder.call(make(BatchNormalization{}), {convolved});
      const int last = builder.call(make(ActivationLayer{Activation::relu6}), {normalised});
      return builder.finish(apart ? std::vector<int>{last, padded, convolved, normalised} : std::vector<int>{last});
    };
    Tensor weights = network(false).initial_weights(1);
    const Random random(3, Purpose::fuzz);
    for (int64_t i = 0; i < weights.size(); ++i)
      weights.values<float>()[i] += static_cast<float>(random.uniform(static_cast<uint64_t>(i)));
    const Tensor rows = random_rows({6, 5, 4}, 3);
    EXPECT_EQ(kernels(network(false)), (std::vector<std::string>{"gather", kernel}));
    const auto together = predict_rows(network(false), weights, rows),
               apart = predict_rows(network(true), weights, rows);
    ASSERT_EQ(together.size(), apart.size());
    for (size_t i = 0; i < apart.size(); ++i) ASSERT_NEAR(together[i], apart[i], 1e-5) << kernel << " at " << i;
  }
}

TEST(Inference, LargeRowsGoThroughAPlanByFew) {
  const auto block = [](const Shape& shape) {
    GraphBuilder builder;
    return inference_block(builder.finish({builder.call(make(Dropout{}), {builder.input(shape)})}));
  };
  EXPECT_EQ(block({28, 28, 64}), 64);
  EXPECT_EQ(block({64, 64, 96}), 2);
  EXPECT_EQ(block({112, 112, 96}), 1);
}

TEST(Inference, EvaluationDoesNotDependOnThreads) {
  const Graph graph = single_layer(make(Dense{.units = 4, .activation = Activation::softmax}), {6});
  const CompileConfig compile{nullptr, {find_loss("sparse_categorical_crossentropy")}, {{find_metric("accuracy")}}};
  Tensor labels(DType::int32, {500});
  for (int64_t i = 0; i < 500; ++i) labels.values<int32_t>()[i] = static_cast<int32_t>(i % 4);
  const Examples examples{{random_rows({6}, 500)}, {labels}};
  const Tensor weights = graph.initial_weights(1);
  const Scores one = evaluate(graph, weights, compile, examples, {.threads = 1});
  EXPECT_EQ(evaluate(graph, weights, compile, examples, {.threads = 4}), one);
  EXPECT_EQ(one[0].first, "loss");
  EXPECT_EQ(one[1].first, "accuracy");
}

TEST(Inference, LargeInputsSaturateWithoutNaN) {
  const Graph graph = single_layer(make(ActivationLayer{Activation::sigmoid}), {4});
  const float values[] = {-1e4f, -100, 100, 1e4f};
  const auto result = predict_rows(graph, graph.initial_weights(0), Tensor::of<float>({1, 4}, values));
  EXPECT_NEAR(result[0], 0, 1e-30);
  EXPECT_EQ(result[3], 1);
}

}  // namespace
}  // namespace sluice
