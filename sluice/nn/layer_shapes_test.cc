#include <gtest/gtest.h>

#include "sluice/nn/graph.h"

// The shapes that layers make of their inputs, and what they say about shapes that do not suit them.
namespace sluice {
namespace {

LayerPtr layer(std::string_view class_name, const char* parameters) {
  return make_layer(class_name, Json::parse(parameters));
}

Shape shape_of(std::string_view class_name, const char* parameters, const std::vector<Shape>& inputs) {
  return layer(class_name, parameters)->output_shape(inputs);
}

std::string refusal(std::string_view class_name, const char* parameters, const std::vector<Shape>& inputs) {
  try {
    return "accepted, makes " + to_string(shape_of(class_name, parameters, inputs));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
}

TEST(LayerShapes, Convolutions) {
  EXPECT_EQ(shape_of("Conv1D", R"({"filters": 4, "kernel_size": 3, "strides": 2})", {{8, 3}}), (Shape{3, 4}));
  EXPECT_EQ(shape_of("Conv1D", R"({"filters": 4, "kernel_size": 3, "padding": "causal", "strides": 2})", {{8, 3}}),
            (Shape{4, 4}));
  EXPECT_EQ(shape_of("DepthwiseConv2D", R"({"kernel_size": 3, "depth_multiplier": 2})", {{5, 6, 4}}), (Shape{3, 4, 8}));
  EXPECT_EQ(shape_of("SeparableConv1D", R"({"filters": 7, "kernel_size": 3, "padding": "same"})", {{5, 4}}),
            (Shape{5, 7}));
  EXPECT_EQ(refusal("Conv1D", R"({"filters": 4, "kernel_size": 3})", {{8, 3, 2}}),
            "expected input [steps, channels], got [8, 3, 2]");
  EXPECT_EQ(refusal("DepthwiseConv2D", R"({"kernel_size": 3})", {{8, 3}}),
            "expected input [height, width, channels], got [8, 3]");
  EXPECT_EQ(refusal("Conv2D", R"({"filters": 4, "kernel_size": 1, "groups": 3})", {{5, 6, 3}}),
            "groups: expected a divisor of filters 4, got 3");
  EXPECT_EQ(refusal("Conv2D", R"({"filters": 4, "kernel_size": 1, "groups": 2})", {{5, 6, 3}}),
            "groups: expected a divisor of the input's channels, got 2 for 3");
  EXPECT_EQ(
      refusal("Conv2D", R"({"filters": 4, "kernel_size": 1, "strides": 2, "dilation_rate": [1, 2]})", {{5, 6, 3}}),
      "strides above 1 and dilation_rate above 1 do not go together");
}

TEST(LayerShapes, ConvTranspose) {
  const auto shape = [](const char* more) {
    const std::string parameters = R"({"filters": 7, "kernel_size": [3, 2], )" + std::string(more) + "}";
    return shape_of("Conv2DTranspose", parameters.c_str(), {{5, 6, 4}});
  };
  EXPECT_EQ(shape(R"("strides": 1)"), (Shape{7, 7, 7}));
  EXPECT_EQ(shape(R"("strides": 3)"), (Shape{15, 18, 7}));
  EXPECT_EQ(shape(R"("strides": 2, "output_padding": 0)"), (Shape{11, 12, 7}));
  EXPECT_EQ(shape(R"("strides": 2, "padding": "same")"), (Shape{10, 12, 7}));
  EXPECT_EQ(shape(R"("strides": [2, 3], "padding": "same", "output_padding": [0, 2])"), (Shape{9, 17, 7}));
  EXPECT_EQ(shape(R"("dilation_rate": 2)"), (Shape{9, 8, 7}));
  EXPECT_EQ(shape_of("Conv1DTranspose", R"({"filters": 7, "kernel_size": 3, "strides": 2})", {{5, 4}}), (Shape{11, 7}));
  EXPECT_EQ(
      refusal("Conv1DTranspose", R"({"filters": 7, "kernel_size": 3, "strides": 2, "output_padding": 2})", {{5, 4}}),
      "output_padding: expected less than strides 2, got 2");
  EXPECT_EQ(
      refusal("Conv1DTranspose",
              R"({"filters": 7, "kernel_size": 2, "strides": 2, "output_padding": 0, "padding": "same"})", {{5, 4}}),
      "output_padding: expected at least 1 with a window of even size");
}

TEST(LayerShapes, PoolingOfSteps) {
  EXPECT_EQ(shape_of("MaxPooling1D", "{}", {{7, 3}}), (Shape{3, 3}));
  EXPECT_EQ(shape_of("AveragePooling1D", R"({"pool_size": [3], "strides": 2, "padding": "same"})", {{7, 3}}),
            (Shape{4, 3}));
  EXPECT_EQ(shape_of("GlobalMaxPooling1D", "{}", {{7, 3}}), (Shape{3}));
  EXPECT_EQ(shape_of("GlobalAveragePooling2D", R"({"keepdims": true})", {{7, 6, 3}}), (Shape{1, 1, 3}));
  EXPECT_EQ(refusal("MaxPooling1D", "{}", {{7}}), "expected input [steps, channels], got [7]");
  EXPECT_EQ(refusal("MaxPooling1D", R"({"pool_size": [2, 2]})", {{7, 3}}),
            "pool_size: expected an integer, got a list of 2");
  EXPECT_EQ(refusal("AveragePooling1D", R"({"pool_size": 8})", {{7, 3}}),
            "a window of 8 does not fit into an input of 7; use a smaller one or padding: same");
  EXPECT_EQ(refusal("GlobalMaxPooling1D", "{}", {{7, 6, 3}}), "expected input [steps, channels], got [7, 6, 3]");
  EXPECT_EQ(refusal("GlobalMaxPooling2D", "{}", {{7, 3}}), "expected input [height, width, channels], got [7, 3]");
}

TEST(LayerShapes, Reshape) {
  EXPECT_EQ(shape_of("Reshape", R"({"target_shape": [2, -1]})", {{3, 4}}), (Shape{2, 6}));
  EXPECT_EQ(shape_of("Reshape", R"({"target_shape": []})", {{1}}), (Shape{}));
  EXPECT_EQ(refusal("Reshape", "{}", {{3, 4}}), R"(Reshape: missing "target_shape")");
  EXPECT_EQ(refusal("Reshape", R"({"target_shape": [5, -1]})", {{3, 4}}),
            "expected as many elements as target_shape [5, -1] has, got [3, 4]");
  EXPECT_EQ(refusal("Reshape", R"({"target_shape": [-1, -1]})", {{3, 4}}),
            "target_shape: expected sizes >= 1 and at most one -1, got [-1, -1]");
  EXPECT_EQ(refusal("Reshape", R"({"target_shape": [4611686018427387904, 4, -1]})", {{3, 4}}),
            "expected as many elements as target_shape [4611686018427387904, 4, -1] has, got [3, 4]");
}

TEST(LayerShapes, PermuteAndRepeat) {
  EXPECT_EQ(shape_of("Permute", R"({"dims": [3, 1, 2]})", {{4, 5, 6}}), (Shape{6, 4, 5}));
  EXPECT_EQ(refusal("Permute", R"({"dims": [1, 1]})", {{4, 5}}), "dims: expected each of 1 to 2 once, got [1, 1]");
  EXPECT_EQ(refusal("Permute", R"({"dims": [2, 1]})", {{4, 5, 6}}),
            "expected input of 2 dimensions, as dims has, got [4, 5, 6]");
  EXPECT_EQ(shape_of("RepeatVector", R"({"n": 3})", {{4}}), (Shape{3, 4}));
  EXPECT_EQ(refusal("RepeatVector", R"({"n": 3})", {{4, 5}}), "expected input [features], got [4, 5]");
}

TEST(LayerShapes, PaddingAndCropping) {
  EXPECT_EQ(shape_of("ZeroPadding1D", R"({"padding": [1, 2]})", {{4, 5}}), (Shape{7, 5}));
  EXPECT_EQ(shape_of("ZeroPadding2D", "{}", {{4, 5, 6}}), (Shape{6, 7, 6}));
  EXPECT_EQ(shape_of("ZeroPadding2D", R"({"padding": [1, 2]})", {{4, 5, 6}}), (Shape{6, 9, 6}));
  EXPECT_EQ(shape_of("ZeroPadding2D", R"({"padding": [[1, 0], [2, 3]]})", {{4, 5, 6}}), (Shape{5, 10, 6}));
  EXPECT_EQ(refusal("ZeroPadding2D", R"({"padding": [1, 2, 3]})", {{4, 5, 6}}),
            "padding: expected integer, [height, width] or [[top, bottom], [left, right]], got [1,2,3]");
  EXPECT_EQ(refusal("ZeroPadding1D", R"({"padding": -1})", {{4, 5}}), "padding: expected >= 0, got -1");
  EXPECT_EQ(shape_of("Cropping1D", "{}", {{4, 5}}), (Shape{2, 5}));
  EXPECT_EQ(shape_of("Cropping2D", R"({"cropping": [[1, 0], [2, 2]]})", {{4, 5, 6}}), (Shape{3, 1, 6}));
  EXPECT_EQ(refusal("Cropping1D", R"({"cropping": 2})", {{4, 5}}), "cropping [2, 2] leaves nothing of a length of 4");
}

TEST(LayerShapes, Activations) {
  EXPECT_EQ(shape_of("Dense", R"({"units": 6, "activation": "glu"})", {{4, 5}}), (Shape{4, 3}));
  EXPECT_EQ(shape_of("Conv2D", R"({"filters": 6, "kernel_size": 2, "activation": "glu"})", {{4, 5, 2}}),
            (Shape{3, 4, 3}));
  EXPECT_EQ(refusal("Activation", R"({"activation": "glu"})", {{5}}),
            "glu takes the halves of the last dimension, which must be even, got [5]");
  const std::string unknown = refusal("Activation", R"({"activation": "snake_of_the_deep"})", {{5}});
  EXPECT_TRUE(unknown.starts_with("activation: unknown value \"snake_of_the_deep\"; known: linear, relu")) << unknown;
  EXPECT_TRUE(unknown.ends_with("sparsemax, glu")) << unknown;
}

TEST(LayerShapes, NumbersOfTheLastDimensions) {
  EXPECT_EQ(shape_of("Rescaling", R"({"scale": [1, 2, 3]})", {{4, 3}}), (Shape{4, 3}));
  EXPECT_EQ(refusal("Rescaling", R"({"scale": 1, "offset": [1, 2]})", {{4, 3}}),
            "offset: numbers of shape [2] do not fit [4, 3]");
  EXPECT_EQ(shape_of("Dropout", R"({"rate": 1, "noise_shape": [null, 1, 3]})", {{4, 3}}), (Shape{4, 3}));
  EXPECT_EQ(refusal("Dropout", R"({"rate": 0.5, "noise_shape": [null, 2, 3]})", {{4, 3}}),
            "noise_shape: expected null, 1 or 4, got 2");
  EXPECT_EQ(refusal("Dropout", R"({"rate": 0.5, "noise_shape": [8, 1, 3]})", {{4, 3}}),
            "noise_shape: expected null or 1 for the batch, got 8");
}

TEST(LayerShapes, ChannelsFirst) {
  EXPECT_EQ(shape_of("MaxPooling2D", R"({"data_format": "channels_first"})", {{3, 4, 6}}), (Shape{3, 2, 3}));
  EXPECT_EQ(shape_of("MaxPooling2D", R"({"data_format": "channels_last"})", {{4, 6, 3}}), (Shape{2, 3, 3}));
  EXPECT_EQ(shape_of("Flatten", R"({"data_format": "channels_first"})", {{3, 4, 6}}), (Shape{72}));
  EXPECT_EQ(shape_of("GlobalMaxPooling1D", R"({"data_format": "channels_first"})", {{3, 4}}), (Shape{3}));
  EXPECT_EQ(refusal("Flatten", R"({"data_format": "first"})", {{3, 4}}),
            "data_format: expected channels_last or channels_first, got \"first\"");
}

TEST(LayerShapes, RegularizersNameTheirLayer) {
  GraphBuilder builder;
  const int input = builder.input({4, 4, 1});
  builder.call(layer("Conv2D", R"({"filters": 2, "kernel_size": 3, "kernel_regularizer": "orthogonal_regularizer"})"),
               {input});
  try {
    builder.finish({1});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "[Conv2D conv2d] kernel_regularizer: OrthogonalRegularizer takes matrices, got [3, 3, 1, 2]");
  }
}

TEST(LayerShapes, UpSampling) {
  EXPECT_EQ(shape_of("UpSampling1D", "{}", {{4, 5}}), (Shape{8, 5}));
  EXPECT_EQ(shape_of("UpSampling2D", R"({"size": [2, 3], "interpolation": "bilinear"})", {{4, 5, 6}}),
            (Shape{8, 15, 6}));
  EXPECT_EQ(refusal("UpSampling2D", R"({"interpolation": "area"})", {{4, 5, 6}}),
            "interpolation: unknown value \"area\"; known: nearest, bilinear, bicubic, lanczos3, lanczos5");
}

TEST(LayerShapes, Resizing) {
  EXPECT_EQ(shape_of("Resizing", R"({"height": 2, "width": 9})", {{4, 5, 6}}), (Shape{2, 9, 6}));
  EXPECT_EQ(shape_of("CenterCrop", R"({"height": 2, "width": 9})", {{4, 5, 6}}), (Shape{2, 9, 6}));
  EXPECT_EQ(refusal("Resizing", R"({"height": 2, "width": 9, "interpolation": "area"})", {{4, 5, 6}}),
            "interpolation: unknown value \"area\"; known: nearest, bilinear, bicubic, lanczos3, lanczos5");
  EXPECT_EQ(
      refusal("Resizing", R"({"height": 2, "width": 9, "crop_to_aspect_ratio": true, "pad_to_aspect_ratio": true})",
              {{4, 5, 6}}),
      "expected at most one of crop_to_aspect_ratio and pad_to_aspect_ratio");
  EXPECT_EQ(refusal("Resizing", R"({"height": 0, "width": 9})", {{4, 5, 6}}),
            "height: expected 1 <= x <= 1048576, got 0");
  EXPECT_EQ(refusal("CenterCrop", R"({"height": 2, "width": 9})", {{4, 5}}),
            "expected input [height, width, channels], got [4, 5]");
}

TEST(LayerShapes, Merge) {
  EXPECT_EQ(shape_of("Add", "{}", {{2, 3}, {2, 3}}), (Shape{2, 3}));
  EXPECT_EQ(shape_of("Multiply", "{}", {{1, 1, 3}, {4, 5, 3}}), (Shape{4, 5, 3}));
  EXPECT_EQ(shape_of("Maximum", "{}", {{3}, {4, 1}, {1, 3}}), (Shape{4, 3}));
  EXPECT_EQ(refusal("Add", "{}", {{2, 3}}), "expected at least two inputs, got 1");
  EXPECT_EQ(refusal("Subtract", "{}", {{3}, {3}, {3}}), "expected two inputs, got 3");
  EXPECT_EQ(refusal("Average", "{}", {{2, 3}, {3, 2}}),
            "expected inputs of one shape, or with dimensions of size 1 where they differ, got [2, 3], [3, 2]");
}

TEST(LayerShapes, Concatenate) {
  EXPECT_EQ(shape_of("Concatenate", "{}", {{2, 3}, {2, 1}}), (Shape{2, 4}));
  EXPECT_EQ(shape_of("Concatenate", R"({"axis": 1})", {{2, 3}, {5, 3}, {1, 3}}), (Shape{8, 3}));
  EXPECT_EQ(refusal("Concatenate", "{}", {{2, 3}}), "expected at least two inputs, got 1");
  EXPECT_EQ(refusal("Concatenate", R"({"axis": 0})", {{3}, {3}}), "axis: 0 is the batch");
  EXPECT_EQ(refusal("Concatenate", R"({"axis": -2})", {{3}, {3}}), "axis: -2 is the batch");
  EXPECT_EQ(refusal("Concatenate", R"({"axis": 2})", {{3}, {3}}),
            "axis: an input of [3] behind the batch has no dimension 2");
  EXPECT_EQ(refusal("Concatenate", "{}", {{2, 3}, {3, 3}}),
            "expected inputs that differ at most in axis -1, got [2, 3], [3, 3]");
  EXPECT_EQ(refusal("Concatenate", "{}", {{2, 3}, {3}}),
            "expected inputs that differ at most in axis -1, got [2, 3], [3]");
}

TEST(LayerShapes, Dot) {
  EXPECT_EQ(shape_of("Dot", R"({"axes": 1})", {{4}, {4}}), (Shape{1}));
  EXPECT_EQ(shape_of("Dot", R"({"axes": -1})", {{2, 4}, {4}}), (Shape{2}));
  EXPECT_EQ(shape_of("Dot", R"({"axes": [1, 3]})", {{4, 2}, {5, 6, 4}}), (Shape{2, 5, 6}));
  EXPECT_EQ(refusal("Dot", "{}", {{4}, {4}}), R"(Dot: missing "axes")");
  EXPECT_EQ(refusal("Dot", R"({"axes": 0})", {{4}, {4}}), "axes: 0 is the batch");
  EXPECT_EQ(refusal("Dot", R"({"axes": 1})", {{4}}), "expected two inputs, got 1");
  EXPECT_EQ(refusal("Dot", R"({"axes": 1})", {{4}, {5}}),
            "expected inputs of one size in axes 1 and 1, got [4] and [5]");
}

TEST(LayerShapes, Embedding) {
  EXPECT_EQ(shape_of("Embedding", R"({"input_dim": 9, "output_dim": 3})", {{4}}), (Shape{4, 3}));
  EXPECT_EQ(shape_of("Embedding", R"({"input_dim": 9, "output_dim": 3})", {{}}), (Shape{3}));
  EXPECT_EQ(shape_of("Embedding", R"({"input_dim": 9, "output_dim": 3, "mask_zero": true})", {{4}}), (Shape{4, 3}));
  EXPECT_EQ(refusal("Embedding", R"({"input_dim": 16777217, "output_dim": 3})", {{4}}),
            "input_dim: expected 1 <= x <= 16777216, got 16777217");
}

TEST(LayerShapes, Normalization) {
  EXPECT_EQ(shape_of("LayerNormalization", R"({"axis": [1, 2]})", {{4, 5}}), (Shape{4, 5}));
  EXPECT_EQ(refusal("LayerNormalization", R"({"axis": [1, -2]})", {{4, 5}}), "axis: dimension 1 is there twice");
  EXPECT_EQ(refusal("LayerNormalization", R"({"axis": []})", {{4, 5}}), "axis: expected at least one dimension");
  EXPECT_EQ(refusal("LayerNormalization", R"({"axis": 0})", {{4, 5}}), "axis: 0 is the batch");
  EXPECT_EQ(refusal("UnitNormalization", R"({"axis": 3})", {{4, 5}}),
            "axis: an input of [4, 5] behind the batch has no dimension 3");
  EXPECT_EQ(shape_of("GroupNormalization", R"({"groups": -1})", {{4, 5}}), (Shape{4, 5}));
  EXPECT_EQ(refusal("GroupNormalization", "{}", {{4, 5}}),
            "groups: 5 channels cannot be parted into 32 groups of one size");
  EXPECT_EQ(refusal("GroupNormalization", R"({"groups": 0})", {{4, 5}}), "groups: expected -1 or >= 1, got 0");
  EXPECT_EQ(shape_of("Normalization", R"({"axis": null})", {{4, 5}}), (Shape{4, 5}));
  EXPECT_EQ(shape_of("Normalization", R"({"axis": [1, 2], "mean": [[1], [2]], "variance": [[1], [1]]})", {{2, 5}}),
            (Shape{2, 5}));
  EXPECT_EQ(refusal("Normalization", R"({"mean": 1})", {{4, 5}}), "mean and variance must be given together");
  EXPECT_EQ(refusal("Normalization", R"({"mean": [1, 2], "variance": [1, 1]})", {{4, 5}}),
            "expected a mean and a variance for dimensions of [5], got [2] and [2]");
  EXPECT_EQ(refusal("Normalization", R"({"mean": 1, "variance": -1})", {{4, 5}}), "variance: expected >= 0, got -1");
}

TEST(LayerShapes, RectifiersAndSoftmax) {
  EXPECT_EQ(shape_of("PReLU", R"({"shared_axes": [1, 2]})", {{4, 5, 6}}), (Shape{4, 5, 6}));
  EXPECT_EQ(layer("PReLU", R"({"shared_axes": 1})")->weights(std::vector<Shape>{{4, 5}})[0].shape, (Shape{1, 5}));
  EXPECT_EQ(refusal("PReLU", R"({"shared_axes": [3]})", {{4, 5}}),
            "shared_axes: an input of [4, 5] behind the batch has no dimension 3");
  EXPECT_EQ(refusal("ReLU", R"({"max_value": -1})", {{4}}), "max_value: expected >= 0, got -1");
  EXPECT_EQ(refusal("LeakyReLU", R"({"negative_slope": -0.1})", {{4}}), "negative_slope: expected >= 0, got -0.1");
  EXPECT_EQ(shape_of("Softmax", R"({"axis": [1, 2]})", {{4, 5}}), (Shape{4, 5}));
  EXPECT_EQ(refusal("Softmax", R"({"axis": -3})", {{4, 5}}), "axis: -3 is the batch");
}

TEST(LayerShapes, RandomLayers) {
  EXPECT_EQ(shape_of("SpatialDropout1D", R"({"rate": 0.1})", {{4, 5}}), (Shape{4, 5}));
  EXPECT_EQ(refusal("SpatialDropout1D", R"({"rate": 0.1})", {{4, 5, 6}}),
            "expected input [steps, channels], got [4, 5, 6]");
  EXPECT_EQ(refusal("SpatialDropout2D", R"({"rate": 0.1})", {{4, 5}}),
            "expected input [height, width, channels], got [4, 5]");
  EXPECT_EQ(refusal("AlphaDropout", R"({"rate": 2})", {{4}}), "rate: expected 0 <= x <= 1, got 2");
  EXPECT_EQ(refusal("GaussianNoise", "{}", {{4}}), R"(GaussianNoise: missing "stddev")");
}

}  // namespace
}  // namespace sluice
