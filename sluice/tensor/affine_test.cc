#include "sluice/tensor/affine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/tensor/contrast.h"
#include "sluice/tensor/kernel_level.h"

// What tests/golden/images/make_goldens.py had real Keras compute; the tests run from the repository root.
namespace sluice {
namespace {

Json golden(const char* kind) { return Json::parse(read_file("tests/golden/images/images.json")).at(kind); }

std::vector<float> floats(const Json& list) {
  std::vector<float> values;
  for (const Json& value : list.as_array()) values.push_back(static_cast<float>(value.as_real()));
  return values;
}

ImageShape image_shape(const Json& shape) {
  return {shape[0].as_integer(), shape[1].as_integer(), shape[2].as_integer()};
}

template <class Enum>
Enum named(const Json& name) {
  const auto names = enum_names(Enum{});
  return static_cast<Enum>(std::find(names.begin(), names.end(), name.as_string()) - names.begin());
}

void expect_near(const std::vector<float>& got, const std::vector<float>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], expected[i], 2e-5) << "at " << i;
}

AffineTransform transform_of(const Json& json) {
  const auto t = floats(json);
  return {t[0], t[1], t[2], t[3], t[4], t[5]};
}

TEST(Affine, TransformsAsKeras) {
  KernelScope scope;
  const Json cases = golden("affine");
  for (const Json& given : cases.as_array()) {
    SCOPED_TRACE(given.at("name").as_string() + " " + given.at("fill_mode").as_string() + " " +
                 given.at("interpolation").as_string() + " " + given.at("shape").dump());
    const ImageShape shape = image_shape(given.at("shape"));
    const auto x = floats(given.at("x"));
    std::vector<float> y(x.size()), scratch(static_cast<size_t>(affine_scratch(shape)));
    affine(shape,
           {named<Interpolation>(given.at("interpolation")), named<FillMode>(given.at("fill_mode")),
            static_cast<float>(given.at("fill_value").as_real())},
           transform_of(given.at("transform")), x.data(), scratch.data(), y.data());
    expect_near(y, floats(given.at("y")));
  }
}

TEST(Affine, IdentityKeepsEveryBit) {
  KernelScope scope;
  const ImageShape shape{3, 11, 1};
  std::vector<float> x(33), y(33), scratch(static_cast<size_t>(affine_scratch(shape)));
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::sqrt(static_cast<float>(i));
  for (FillMode mode : {FillMode::constant, FillMode::reflect, FillMode::wrap, FillMode::nearest}) {
    affine(shape, {Interpolation::bilinear, mode, 7}, {}, x.data(), scratch.data(), y.data());
    EXPECT_EQ(y, x);
  }
}

TEST(Contrast, ChangesAsKeras) {
  const Json cases = golden("contrast");
  for (const Json& given : cases.as_array()) {
    const auto x = floats(given.at("x")), range = floats(given.at("range"));
    const ImageShape shape = image_shape(given.at("shape"));
    std::vector<float> y(x.size()), means(static_cast<size_t>(shape.channels));
    contrast(shape,
             {static_cast<float>(given.at("factor").as_real()), static_cast<float>(given.at("shift").as_real()),
              range[0], range[1]},
             x.data(), means.data(), y.data());
    expect_near(y, floats(given.at("y")));
  }
}

}  // namespace
}  // namespace sluice
