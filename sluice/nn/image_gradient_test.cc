#include <gtest/gtest.h>

#include "sluice/nn/gradients_testing.h"
#include "sluice/nn/layers/center_crop.h"
#include "sluice/nn/layers/cropping.h"
#include "sluice/nn/layers/global_pooling.h"
#include "sluice/nn/layers/permute.h"
#include "sluice/nn/layers/pooling1d.h"
#include "sluice/nn/layers/pooling2d.h"
#include "sluice/nn/layers/random_contrast.h"
#include "sluice/nn/layers/random_crop.h"
#include "sluice/nn/layers/random_flip.h"
#include "sluice/nn/layers/random_rotation.h"
#include "sluice/nn/layers/random_translation.h"
#include "sluice/nn/layers/random_zoom.h"
#include "sluice/nn/layers/repeat_vector.h"
#include "sluice/nn/layers/reshape.h"
#include "sluice/nn/layers/resizing.h"
#include "sluice/nn/layers/upsampling.h"
#include "sluice/nn/layers/zero_padding.h"

namespace sluice::testing {
namespace {

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
  expect_gradients(make(UpSampling2D{.size = {3, 2}, .interpolation = ImageFilter::bilinear}), {3, 2, 17});
  expect_gradients(make(UpSampling2D{.size = {4, 1}, .interpolation = ImageFilter::bilinear}), {1, 3, 1});
}

TEST(Gradients, ImagesOfOtherSizes) {
  for (ImageFilter interpolation : {ImageFilter::nearest, ImageFilter::bilinear}) {
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

TEST(Gradients, FilteredResizing) {
  for (const ImageFilter filter : {ImageFilter::bicubic, ImageFilter::lanczos3, ImageFilter::bilinear}) {
    expect_gradients(make(Resizing{.height = 3, .width = 7, .interpolation = filter, .antialias = true}), {7, 4, 2});
  }
  expect_gradients(make(UpSampling2D{.interpolation = ImageFilter::bicubic}), {3, 2, 2});
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
  expect_gradients_in_lanes(make(UpSampling2D{.interpolation = ImageFilter::bilinear}));
  expect_gradients_in_lanes(make(GlobalMaxPooling2D{}));
  expect_gradients_in_lanes(make(GlobalAveragePooling2D{{.keepdims = true}}));
}

}  // namespace
}  // namespace sluice::testing
