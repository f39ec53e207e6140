#include <gtest/gtest.h>

#include "sluice/nn/gradients_testing.h"
#include "sluice/nn/layers/conv1d.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/conv_transpose.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/depthwise_conv.h"
#include "sluice/nn/layers/separable_conv.h"
#include "sluice/nn/layers/zero_padding.h"

namespace sluice::testing {
namespace {

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

}  // namespace
}  // namespace sluice::testing
