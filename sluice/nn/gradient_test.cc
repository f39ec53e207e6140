#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "sluice/base/random.h"
#include "sluice/nn/layers/activation.h"
#include "sluice/nn/layers/alpha_dropout.h"
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
#include "sluice/nn/layers/random_contrast.h"
#include "sluice/nn/layers/random_crop.h"
#include "sluice/nn/layers/random_flip.h"
#include "sluice/nn/layers/random_rotation.h"
#include "sluice/nn/layers/random_translation.h"
#include "sluice/nn/layers/random_zoom.h"
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
#include "sluice/nn/scores.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

Tensor random_tensor(Shape shape, uint32_t stream) {
  Tensor tensor(DType::float32, std::move(shape));
  Random random(11, Purpose::fuzz, stream);
  auto values = tensor.values<float>();
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(2 * random.uniform(i) - 1);
  return tensor;
}

/// The loss of one batch as a function of the weights, and its gradient.
struct Objective {
  const Graph& graph;
  CompileConfig compile;
  Examples examples;
  Plan plan;
  std::vector<int64_t> row_index;
  Tensor gradients;

  Objective(const Graph& graph_, const CompileConfig& compile_, const Examples& examples_)
      : graph(graph_),
        compile(compile_),
        examples(examples_),
        plan(graph, &compile, PlanMode::training, examples.rows()),
        row_index(examples.rows()),
        gradients(DType::float32, {graph.weight_size()}) {
    std::iota(row_index.begin(), row_index.end(), 0);
  }

  double operator()(const Tensor& weights) {
    plan.run({&examples, row_index.data(), examples.rows()}, weights.values<float>().data(),
             {.gradients = gradients.values<float>().data(), .seed = 5, .number = 3});
    return mean_scores(graph, compile, plan.sums(), examples.rows())[0].second;
  }
};

/// Compares the gradient with central differences, weight by weight, at two distances: a kink (relu, maximum) between
/// the two makes them differ, and such a weight is passed over; most must count.
void expect_gradients(const Graph& graph, const CompileConfig& compile, const Examples& examples) {
  KernelScope scope;
  Objective objective(graph, compile, examples);
  Tensor weights = graph.initial_weights(3);
  objective(weights);
  const std::vector<float> gradient(objective.gradients.values<float>().begin(),
                                    objective.gradients.values<float>().end());
  int64_t compared = 0, all = 0;
  for (size_t v = 0; v < graph.variables().size(); ++v) {
    if (!graph.variables()[v].spec.trainable) continue;
    auto values = variable_values(graph, weights, v).values<float>();
    const size_t stride = 1 + values.size() / 150;  // large kernels: a sample of the weights
    for (size_t i = 0; i < values.size(); i += stride, ++all) {
      auto slope = [&](float distance) {
        const float kept = values[i];
        values[i] = kept + distance;
        const double above = objective(weights);
        values[i] = kept - distance;
        const double below = objective(weights);
        values[i] = kept;
        return (above - below) / (2 * static_cast<double>(distance));
      };
      const double wide = slope(6e-3f), narrow = slope(3e-3f);
      if (std::abs(wide - narrow) > 4e-3 + 0.02 * std::abs(narrow)) continue;
      ++compared;
      const double got = gradient[static_cast<size_t>(graph.variables()[v].offset) + i];
      ASSERT_NEAR(got, narrow, 4e-3 + 0.02 * std::abs(narrow))
          << graph.variables()[v].spec.name << "[" << i << "] of " << graph.layers()[graph.variables()[v].layer].name;
    }
  }
  EXPECT_GE(compared * 3, all * 2) << "too few weights without a kink nearby";
}

CompileConfig squared_error() { return {nullptr, {find_loss("mse")}, {{}}}; }

/// Input → Dense over the last dimension → the layer → mean squared error: gradients flow through the layer into Dense.
void expect_gradients(const LayerPtr& layer, const Shape& shape) {
  GraphBuilder builder;
  int node = builder.input(shape);
  node = builder.call(make(Dense{.units = shape.back()}), {node});
  node = builder.call(layer, {node});
  Shape labels{5};
  labels.insert(labels.end(), builder.shape(node).begin(), builder.shape(node).end());
  const Graph graph = builder.finish({node});
  Shape rows{5};
  rows.insert(rows.end(), shape.begin(), shape.end());
  expect_gradients(graph, squared_error(), {{random_tensor(rows, 1)}, {random_tensor(labels, 2)}});
}

/// Input → convolution of few channels, whose result lies in lanes → the layer.
void expect_gradients_in_lanes(const LayerPtr& layer) {
  GraphBuilder builder;
  int node = builder.input({5, 5, 1});
  node = builder.call(make(Conv2D{.filters = 3, .kernel_size = {2, 2}}), {node});
  node = builder.call(layer, {node});
  Shape labels{5};
  labels.insert(labels.end(), builder.shape(node).begin(), builder.shape(node).end());
  const Graph graph = builder.finish({node});
  expect_gradients(graph, squared_error(), {{random_tensor({5, 5, 5, 1}, 1)}, {random_tensor(labels, 2)}});
}

TEST(Gradients, Dense) {
  expect_gradients(make(Dense{.units = 3}), {4});
  expect_gradients(make(Dense{.units = 17, .use_bias = false}), {5});
  expect_gradients(make(Dense{.units = 3}), {2, 4});
  for (auto activation : {Activation::relu, Activation::tanh, Activation::sigmoid, Activation::softmax}) {
    SCOPED_TRACE(enum_name(activation));
    expect_gradients(make(Dense{.units = 4, .activation = activation}), {6});
  }
}

TEST(Gradients, Conv2D) {
  expect_gradients(make(Conv2D{.filters = 3, .kernel_size = {3, 3}}), {5, 6, 2});
  expect_gradients(make(Conv2D{.filters = 6, .kernel_size = {5, 5}, .padding = Padding::same}), {6, 5, 1});
  expect_gradients(make(Conv2D{.filters = 2, .kernel_size = {2, 3}, .strides = {2, 1}, .padding = Padding::same}),
                   {5, 5, 2});
  expect_gradients(make(Conv2D{.filters = 2, .kernel_size = {3, 2}, .dilation_rate = {1, 2}, .use_bias = false}),
                   {5, 6, 2});
  for (auto activation : {Activation::relu, Activation::tanh, Activation::sigmoid, Activation::softmax}) {
    SCOPED_TRACE(enum_name(activation));
    expect_gradients(make(Conv2D{.filters = 2, .kernel_size = {2, 2}, .activation = activation}), {4, 4, 2});
  }
}

TEST(Gradients, WideConv2D) {
  expect_gradients(make(Conv2D{.filters = 32, .kernel_size = {3, 3}, .padding = Padding::same}), {4, 3, 32});
  expect_gradients(make(Conv2D{.filters = 32, .kernel_size = {5, 5}, .padding = Padding::same}), {4, 4, 24});
  expect_gradients(
      make(Conv2D{
          .filters = 33, .kernel_size = {2, 3}, .strides = {2, 1}, .activation = Activation::tanh, .use_bias = false}),
      {5, 4, 35});
}

TEST(Gradients, Conv1D) {
  expect_gradients(make(Conv1D{.filters = 3, .kernel_size = {3}, .strides = {2}, .activation = Activation::tanh}),
                   {8, 2});
  expect_gradients(make(Conv1D{.filters = 2, .kernel_size = {3}, .padding = StepPadding::causal, .dilation_rate = {2}}),
                   {6, 3});
  expect_gradients(make(Conv1D{.filters = 4, .kernel_size = {2}, .padding = StepPadding::causal, .groups = 2}), {5, 4});
  expect_gradients(make(Conv1D{.filters = 33, .kernel_size = {2}, .padding = StepPadding::same, .use_bias = false}),
                   {4, 32});
}

TEST(Gradients, GroupedConv2D) {
  expect_gradients(make(Conv2D{.filters = 4, .kernel_size = {3, 2}, .padding = Padding::same, .groups = 2}), {4, 5, 6});
  expect_gradients(
      make(Conv2D{.filters = 6, .kernel_size = {2, 2}, .strides = {2, 1}, .groups = 3, .activation = Activation::relu}),
      {5, 4, 3});
  expect_gradients(make(Conv2D{.filters = 4, .kernel_size = {1, 1}, .groups = 2, .use_bias = false}), {3, 4, 4});
  expect_gradients(make(Conv2D{.filters = 2, .kernel_size = {2, 2}, .dilation_rate = {2, 1}, .groups = 2}), {5, 4, 2});
}

TEST(Gradients, ConvTranspose) {
  expect_gradients(make(Conv2DTranspose{{.filters = 3, .kernel_size = {3, 2}, .activation = Activation::relu}}),
                   {3, 4, 2});
  expect_gradients(
      make(Conv2DTranspose{{.filters = 2, .kernel_size = {3, 3}, .strides = {2, 2}, .padding = Padding::same}}),
      {3, 2, 3});
  expect_gradients(
      make(Conv2DTranspose{
          {.filters = 2, .kernel_size = {2, 3}, .strides = {3, 2}, .output_padding = Size2{2, 1}, .use_bias = false}}),
      {2, 3, 2});
  expect_gradients(make(Conv2DTranspose{{.filters = 2, .kernel_size = {2, 2}, .dilation_rate = {2, 1}}}), {3, 3, 2});
  expect_gradients(make(Conv2DTranspose{{.filters = 33, .kernel_size = {2, 2}, .strides = {2, 2}}}), {2, 2, 35});
  expect_gradients(make(Conv1DTranspose{{.filters = 3, .kernel_size = {2}, .strides = {3}, .padding = Padding::same}}),
                   {4, 2});
}

TEST(Gradients, DepthwiseConv) {
  expect_gradients(make(DepthwiseConv2D{{.kernel_size = {3, 3}, .padding = Padding::same}}), {5, 7, 3});
  expect_gradients(make(DepthwiseConv2D{{.kernel_size = {3, 3}, .strides = {2, 2}, .activation = Activation::relu}}),
                   {5, 6, 17});
  expect_gradients(make(DepthwiseConv2D{{.kernel_size = {2, 3},
                                         .padding = Padding::same,
                                         .depth_multiplier = 3,
                                         .dilation_rate = {1, 2},
                                         .activation = Activation::tanh}}),
                   {4, 5, 2});
  expect_gradients(make(DepthwiseConv2D{{.kernel_size = {1, 1}, .use_bias = false}}), {3, 3, 33});
  expect_gradients(make(DepthwiseConv1D{{.kernel_size = {3}, .strides = {2}, .depth_multiplier = 2}}), {7, 3});
  expect_gradients_in_lanes(make(DepthwiseConv2D{{.kernel_size = {2, 2}, .depth_multiplier = 2}}));
}

TEST(Gradients, ConvolutionsOfPaddedImages) {
  for (const LayerPtr& layer :
       {make(DepthwiseConv2D{{.kernel_size = {3, 2}, .strides = {2, 2}, .depth_multiplier = 2}}),
        make(Conv2D{.filters = 4, .kernel_size = {2, 3}, .groups = 2})}) {
    SCOPED_TRACE(layer->class_name());
    GraphBuilder builder;
    int node = builder.input({3, 4, 2});
    node = builder.call(make(Dense{.units = 2}), {node});
    node = builder.call(make(ZeroPadding2D{.padding = {{1, 2}, {4, 1}}}), {node});
    node = builder.call(layer, {node});
    Shape labels = builder.shape(node);
    labels.insert(labels.begin(), 5);
    const Graph graph = builder.finish({node});
    expect_gradients(graph, squared_error(), {{random_tensor({5, 3, 4, 2}, 1)}, {random_tensor(labels, 2)}});
  }
}

TEST(Gradients, SeparableConv) {
  expect_gradients(make(SeparableConv2D{{.filters = 3,
                                         .kernel_size = {3, 3},
                                         .padding = Padding::same,
                                         .depth_multiplier = 2,
                                         .activation = Activation::tanh}}),
                   {4, 4, 2});
  expect_gradients(make(SeparableConv2D{{.filters = 33, .kernel_size = {2, 2}, .strides = {2, 2}}}), {4, 4, 32});
  expect_gradients(make(SeparableConv1D{{.filters = 3, .kernel_size = {3}, .dilation_rate = {2}, .use_bias = false}}),
                   {7, 3});
}

TEST(Gradients, Pooling2D) {
  expect_gradients(make(MaxPooling2D{}), {4, 6, 3});
  expect_gradients(make(MaxPooling2D{{.pool_size = {3, 3}, .strides = Size2{2, 2}, .padding = Padding::same}}),
                   {5, 6, 2});
  expect_gradients(make(AveragePooling2D{}), {4, 5, 3});
  expect_gradients(make(AveragePooling2D{{.pool_size = {3, 2}, .strides = Size2{1, 2}, .padding = Padding::same}}),
                   {5, 5, 2});
}

TEST(Gradients, Pooling1D) {
  expect_gradients(make(MaxPooling1D{}), {6, 3});
  expect_gradients(make(MaxPooling1D{{.pool_size = {3}, .strides = Size1{2}, .padding = Padding::same}}), {6, 2});
  expect_gradients(make(AveragePooling1D{}), {5, 17});
  expect_gradients(make(AveragePooling1D{{.pool_size = {3}, .strides = Size1{1}, .padding = Padding::same}}), {5, 2});
}

TEST(Gradients, GlobalPooling) {
  for (bool keepdims : {false, true}) {
    expect_gradients(make(GlobalMaxPooling1D{{.keepdims = keepdims}}), {4, 3});
    expect_gradients(make(GlobalAveragePooling1D{{.keepdims = keepdims}}), {4, 17});
    expect_gradients(make(GlobalMaxPooling2D{{.keepdims = keepdims}}), {3, 2, 3});
    expect_gradients(make(GlobalAveragePooling2D{{.keepdims = keepdims}}), {3, 2, 17});
  }
}

TEST(Gradients, LayersThatMoveValues) {
  expect_gradients(make(Reshape{.target_shape = {2, -1}}), {3, 4});
  expect_gradients(make(Permute{.dims = {2, 1}}), {3, 17});
  expect_gradients(make(Permute{.dims = {3, 1, 2}}), {2, 3, 4});
  expect_gradients(make(RepeatVector{.n = 3}), {17});
  expect_gradients(make(ZeroPadding1D{.padding = {2, 1}}), {3, 2});
  expect_gradients(make(ZeroPadding2D{.padding = {{1, 0}, {2, 3}}}), {3, 2, 2});
  expect_gradients(make(Cropping1D{.cropping = {0, 1}}), {4, 2});
  expect_gradients(make(Cropping2D{.cropping = {{1, 0}, {1, 2}}}), {3, 5, 2});
  expect_gradients(make(UpSampling1D{.size = 3}), {2, 17});
  expect_gradients(make(UpSampling2D{.size = {2, 3}}), {3, 2, 2});
  expect_gradients(make(UpSampling2D{.size = {3, 2}, .interpolation = Interpolation::bilinear}), {3, 2, 17});
  expect_gradients(make(UpSampling2D{.size = {4, 1}, .interpolation = Interpolation::bilinear}), {1, 3, 1});
}

TEST(Gradients, ImagesOfOtherSizes) {
  for (Interpolation interpolation : {Interpolation::nearest, Interpolation::bilinear}) {
    expect_gradients(make(Resizing{.height = 3, .width = 7, .interpolation = interpolation}), {4, 5, 2});
    expect_gradients(make(Resizing{.height = 6, .width = 2, .interpolation = interpolation}), {3, 4, 17});
  }
  expect_gradients(make(Resizing{.height = 4, .width = 4, .crop_to_aspect_ratio = true}), {3, 6, 2});
  expect_gradients(make(Resizing{.height = 4, .width = 4, .pad_to_aspect_ratio = true, .fill_value = 2}), {3, 6, 2});
  expect_gradients(make(CenterCrop{.height = 2, .width = 3}), {5, 4, 2});
  expect_gradients(make(CenterCrop{.height = 5, .width = 3}), {4, 6, 1});
}

TEST(Gradients, MovedImages) {
  for (FillMode fill_mode : {FillMode::constant, FillMode::reflect, FillMode::wrap, FillMode::nearest}) {
    for (Interpolation interpolation : {Interpolation::nearest, Interpolation::bilinear}) {
      SCOPED_TRACE(std::string(enum_name(fill_mode)) + " " + std::string(enum_name(interpolation)));
      const RandomAffine sampling{fill_mode, interpolation, 0.5};
      expect_gradients(make(RandomRotation{sampling, {{-0.5, 0.5}}}), {5, 9, 2});
      expect_gradients(make(RandomTranslation{sampling, {{-0.9, 0.9}}, {{-0.9, 0.9}}}), {4, 5, 1});
      expect_gradients(make(RandomZoom{sampling, {{-0.5, 1}}, Factor{{-0.5, 1}}}), {4, 5, 1});
    }
  }
}

TEST(Gradients, FlippedCroppedAndContrastedImages) {
  for (FlipMode mode : {FlipMode::horizontal, FlipMode::vertical, FlipMode::horizontal_and_vertical}) {
    expect_gradients(make(RandomFlip{mode}), {3, 4, 2});
  }
  expect_gradients(make(RandomCrop{.height = 2, .width = 3}), {4, 5, 2});
  expect_gradients(make(RandomCrop{.height = 5, .width = 3}), {4, 5, 2});
  expect_gradients(make(RandomContrast{.factor = {0.5, 0.5}, .value_range = {-0.5, 0.5}}), {3, 4, 2});
  expect_gradients(make(RandomBrightness{.factor = {{-0.5, 0.5}}, .value_range = {-0.5, 0.5}}), {3, 4, 1});
}

TEST(Gradients, LayersInLanes) {
  expect_gradients_in_lanes(make(RandomRotation{{}, {{-0.5, 0.5}}}));
  expect_gradients_in_lanes(make(Resizing{.height = 3, .width = 7}));
  expect_gradients_in_lanes(make(CenterCrop{.height = 3, .width = 2}));
  expect_gradients_in_lanes(make(Reshape{.target_shape = {-1}}));
  expect_gradients_in_lanes(make(Permute{.dims = {2, 3, 1}}));
  expect_gradients_in_lanes(make(ZeroPadding2D{}));
  expect_gradients_in_lanes(make(Cropping2D{.cropping = {{1, 1}, {0, 1}}}));
  expect_gradients_in_lanes(make(UpSampling2D{}));
  expect_gradients_in_lanes(make(UpSampling2D{.interpolation = Interpolation::bilinear}));
  expect_gradients_in_lanes(make(GlobalMaxPooling2D{}));
  expect_gradients_in_lanes(make(GlobalAveragePooling2D{{.keepdims = true}}));
}

TEST(Gradients, ElementwiseLayers) {
  expect_gradients(make(Rescaling{.scale = 0.5, .offset = 1}), {3, 4});
  expect_gradients(make(Flatten{}), {3, 4, 2});
  expect_gradients(make(Dropout{.rate = 0.4}), {10});
  expect_gradients(make(Dropout{.rate = 0.4}), {3, 3, 2});
  for (auto activation :
       {Activation::linear, Activation::relu, Activation::tanh, Activation::sigmoid, Activation::softmax}) {
    SCOPED_TRACE(enum_name(activation));
    expect_gradients(make(ActivationLayer{activation}), {3, 4});
  }
}

TEST(Gradients, Rectifiers) {
  for (const LayerPtr& layer :
       {make(ReLU{}), make(ReLU{.max_value = 0.4, .negative_slope = 0.1, .threshold = 0.1}), make(ReLU{.max_value = 6}),
        make(LeakyReLU{}), make(ELU{.alpha = 0.7}), make(PReLU{.alpha_initializer = glorot_uniform()})}) {
    SCOPED_TRACE(layer->class_name());
    expect_gradients(layer, {17});
    expect_gradients(layer, {3, 4});
    expect_gradients_in_lanes(layer);
  }
  expect_gradients(make(PReLU{.shared_axes = {{1}}}), {3, 4});
  expect_gradients(make(PReLU{.alpha_initializer = ones(), .shared_axes = {{1, 3}}}), {2, 3, 2});
  expect_gradients_in_lanes(make(PReLU{.shared_axes = {{1, 2}}}));
}

TEST(Gradients, SoftmaxAlongAxes) {
  expect_gradients(make(Softmax{}), {3, 4});
  expect_gradients(make(Softmax{{{1}}}), {3, 4});
  expect_gradients(make(Softmax{{{1, 2}}}), {3, 2, 4});
  expect_gradients(make(Softmax{{{2, 3}}}), {2, 3, 4});
  expect_gradients(make(Softmax{{{1, 3}}}), {3, 2, 4});
  expect_gradients_in_lanes(make(Softmax{{{1}}}));
}

TEST(Gradients, RandomLayers) {
  expect_gradients(make(SpatialDropout1D{.rate = 0.4}), {3, 5});
  expect_gradients(make(SpatialDropout2D{.rate = 0.4}), {2, 3, 5});
  expect_gradients(make(GaussianDropout{.rate = 0.2}), {3, 4});
  expect_gradients(make(AlphaDropout{.rate = 0.4}), {17});
  expect_gradients(make(GaussianNoise{.stddev = 0.5}), {17});
  expect_gradients_in_lanes(make(SpatialDropout2D{.rate = 0.4}));
}

/// For each shape an input and a Dense; all go into the layer. `in_lanes` puts convolutions of few channels instead.
void expect_gradients_of_inputs(const LayerPtr& layer, const std::vector<Shape>& shapes, bool in_lanes = false) {
  GraphBuilder builder;
  std::vector<int> branches;
  Examples examples;
  for (size_t i = 0; i < shapes.size(); ++i) {
    Shape rows = shapes[i];
    if (in_lanes) rows.back() = 1;
    const int input = builder.input(rows);
    branches.push_back(builder.call(in_lanes ? make(Conv2D{.filters = shapes[i].back(), .kernel_size = {1, 1}})
                                             : make(Dense{.units = shapes[i].back()}),
                                    {input}));
    rows.insert(rows.begin(), 5);
    examples.inputs.push_back(random_tensor(rows, static_cast<uint32_t>(i) + 7));
  }
  const int node = builder.call(layer, branches);
  Shape labels = builder.shape(node);
  labels.insert(labels.begin(), 5);
  examples.labels.push_back(random_tensor(labels, 2));
  expect_gradients(builder.finish({node}), squared_error(), examples);
}

TEST(Gradients, Normalization) {
  expect_gradients(make(BatchNormalization{}), {17});
  expect_gradients(make(BatchNormalization{.epsilon = 0.1, .scale = false}), {3, 4, 2});
  expect_gradients(make(BatchNormalization{.center = false}), {4, 3});
  expect_gradients_in_lanes(make(BatchNormalization{}));
}

TEST(Gradients, FrozenBatchNormalization) {
  for (bool in_lanes : {false, true}) {
    GraphBuilder builder;
    int node = builder.input({4, 3, 2});
    node =
        builder.call(in_lanes ? make(Conv2D{.filters = 3, .kernel_size = {2, 2}}) : make(Dense{.units = 17}), {node});
    node = builder.call(make(BatchNormalization{.epsilon = 0.5}), {node}, "", false);
    Shape labels = builder.shape(node);
    labels.insert(labels.begin(), 5);
    expect_gradients(builder.finish({node}), squared_error(),
                     {{random_tensor({5, 4, 3, 2}, 1)}, {random_tensor(labels, 2)}});
  }
}

TEST(Gradients, LayerNormalization) {
  expect_gradients(make(LayerNormalization{.epsilon = 0.1}), {17});
  expect_gradients(make(LayerNormalization{.epsilon = 0.1, .center = false}), {3, 4});
  expect_gradients(make(LayerNormalization{.axis = {{1, 2}}, .epsilon = 0.1}), {3, 4});
  expect_gradients(make(LayerNormalization{.axis = {{1}}, .epsilon = 0.1, .scale = false}), {3, 4});
  expect_gradients(make(LayerNormalization{.axis = {{1, -1}}, .epsilon = 0.1}), {3, 2, 4});
  expect_gradients(make(LayerNormalization{.epsilon = 0.1, .scale = false, .rms_scaling = true}), {2, 9});
  expect_gradients_in_lanes(make(LayerNormalization{.epsilon = 0.1}));
}

TEST(Gradients, GroupNormalization) {
  expect_gradients(make(GroupNormalization{.groups = 2, .epsilon = 0.1}), {6});
  expect_gradients(make(GroupNormalization{.groups = 3, .epsilon = 0.1, .scale = false}), {2, 3, 6});
  expect_gradients(make(GroupNormalization{.groups = -1, .epsilon = 0.1, .center = false}), {4, 3});
  expect_gradients(make(GroupNormalization{.groups = 1, .axis = 1, .epsilon = 0.1}), {4, 3});
  expect_gradients_in_lanes(make(GroupNormalization{.groups = 3, .epsilon = 0.1}));
}

TEST(Gradients, UnitNormalization) {
  expect_gradients(make(UnitNormalization{}), {17});
  expect_gradients(make(UnitNormalization{{{1, 2}}}), {3, 4});
  expect_gradients(make(UnitNormalization{{{1}}}), {3, 4});
}

TEST(Gradients, NormalizationByGivenStatistics) {
  const NumberArray mean{{3}, {0.1, -0.2, 0.3}}, variance{{3}, {0.5, 1, 2}};
  expect_gradients(make(Normalization{.mean = mean, .variance = variance}), {4, 3});
  expect_gradients(make(Normalization{.axis = {{1}}, .mean = mean, .variance = variance, .invert = true}), {3, 2});
  expect_gradients_in_lanes(make(Normalization{.mean = mean, .variance = variance}));
}

TEST(Gradients, Merge) {
  for (const char* name : {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"}) {
    SCOPED_TRACE(name);
    const LayerPtr layer = make_layer(name, {});
    expect_gradients_of_inputs(layer, {{17}, {17}});
    expect_gradients_of_inputs(layer, {{3, 4, 2}, {2}});
    expect_gradients_of_inputs(layer, {{3, 1, 2}, {3, 4, 1}});
    expect_gradients_of_inputs(layer, {{3, 4, 2}, {3, 4, 2}}, true);
    expect_gradients_of_inputs(layer, {{3, 4, 2}, {1, 1, 2}}, true);
    expect_gradients_of_inputs(layer, {{1, 4, 2}, {3, 4, 1}}, true);
    if (std::string_view(name) != "Subtract") expect_gradients_of_inputs(layer, {{2, 3}, {3}, {2, 1}});
  }
}

TEST(Gradients, Concatenate) {
  expect_gradients_of_inputs(make(Concatenate{}), {{3}, {1}, {17}});
  expect_gradients_of_inputs(make(Concatenate{.axis = 1}), {{2, 3}, {1, 3}});
  expect_gradients_of_inputs(make(Concatenate{.axis = -2}), {{2, 3, 2}, {2, 1, 2}});
  expect_gradients_of_inputs(make(Concatenate{}), {{3, 4, 2}, {3, 4, 1}}, true);
  expect_gradients_of_inputs(make(Concatenate{.axis = 2}), {{3, 2, 2}, {3, 4, 2}}, true);
}

TEST(Gradients, Dot) {
  for (bool normalize : {false, true}) {
    expect_gradients_of_inputs(make(Dot{.axes = {1, 1}, .normalize = normalize}), {{17}, {17}});
    expect_gradients_of_inputs(make(Dot{.axes = {2, 2}, .normalize = normalize}), {{3, 4}, {2, 4}});
    expect_gradients_of_inputs(make(Dot{.axes = {-1, 1}, .normalize = normalize}), {{3, 4}, {4, 2}});
    expect_gradients_of_inputs(make(Dot{.axes = {1, 2}, .normalize = normalize}), {{4}, {2, 4, 3}});
    expect_gradients_of_inputs(make(Dot{.axes = {1, 1}, .normalize = normalize}), {{3, 2, 2}, {3, 1, 2}});
  }
}

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
}  // namespace sluice
