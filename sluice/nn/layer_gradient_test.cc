#include <gtest/gtest.h>

#include "sluice/nn/gradients_testing.h"
#include "sluice/nn/layers/activation.h"
#include "sluice/nn/layers/alpha_dropout.h"
#include "sluice/nn/layers/batch_normalization.h"
#include "sluice/nn/layers/concatenate.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/dot.h"
#include "sluice/nn/layers/dropout.h"
#include "sluice/nn/layers/elu.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/layers/gaussian_noise.h"
#include "sluice/nn/layers/group_normalization.h"
#include "sluice/nn/layers/layer_normalization.h"
#include "sluice/nn/layers/merge.h"
#include "sluice/nn/layers/normalization.h"
#include "sluice/nn/layers/prelu.h"
#include "sluice/nn/layers/relu.h"
#include "sluice/nn/layers/rescaling.h"
#include "sluice/nn/layers/softmax.h"
#include "sluice/nn/layers/unit_normalization.h"

namespace sluice::testing {
namespace {

TEST(Gradients, ElementwiseLayers) {
  expect_gradients(make(Rescaling{.scale = 0.5, .offset = 1}), {3, 4});
  expect_gradients(make(Flatten{}), {3, 4, 2});
  expect_gradients(make(Dropout{.rate = 0.4}), {10});
  expect_gradients(make(Dropout{.rate = 0.4}), {3, 3, 2});
  for (auto activation : {Activation::linear, Activation::relu, Activation::tanh, Activation::sigmoid,
                          Activation::softmax, Activation::sparsemax, Activation::glu}) {
    SCOPED_TRACE(enum_name(activation));
    expect_gradients(make(ActivationLayer{activation}), {3, 4});
  }
  expect_gradients(make(Rescaling{.scale = {{2}, {0.5, 2}}, .offset = {{3, 1}, {1, 2, 3}}}), {3, 2});
}

TEST(Gradients, SharedDropout) {
  expect_gradients(make(Dropout{.rate = 0.4, .noise_shape = {{std::nullopt, 1, std::nullopt}}}), {3, 4});
  expect_gradients(make(Dropout{.rate = 0.4, .noise_shape = {{1, 3, 1}}}), {3, 4});
  expect_gradients(make(Dropout{.rate = 1}), {3, 4});
}

TEST(Gradients, Rectifiers) {
  for (const LayerPtr& layer :
       {make(ReLU{}), make(ReLU{.max_value = 0.4, .negative_slope = 0.1, .threshold = 0.1}), make(ReLU{.max_value = 6}),
        make(ReLU{.max_value = 0, .negative_slope = 0.2}), make(LeakyReLU{}), make(ELU{.alpha = 0.7}),
        make(PReLU{.alpha_initializer = glorot_uniform()})}) {
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
  expect_gradients(make(AlphaDropout{.rate = 0.4, .noise_shape = {{std::nullopt, 1, std::nullopt}}}), {3, 4});
  expect_gradients(make(GaussianNoise{.stddev = 0.5}), {17});
  expect_gradients_in_lanes(make(SpatialDropout2D{.rate = 0.4}));
}

TEST(Gradients, Normalization) {
  expect_gradients(make(BatchNormalization{}), {17});
  expect_gradients(make(BatchNormalization{.epsilon = 0.1, .scale = false}), {3, 4, 2});
  expect_gradients(make(BatchNormalization{.center = false}), {4, 3});
  expect_gradients(make(BatchNormalization{.axis = 1}), {2, 3, 4});
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

}  // namespace
}  // namespace sluice::testing
