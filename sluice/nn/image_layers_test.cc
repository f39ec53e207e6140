#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <set>

#include "sluice/base/files.h"
#include "sluice/base/random.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/plan.h"
#include "sluice/tensor/kernel_level.h"

// What layers that change images at random make of them in training.
namespace sluice {
namespace {

using Rows = std::vector<std::vector<float>>;

LayerPtr layer(std::string_view class_name, const char* parameters) {
  return make_layer(class_name, Json::parse(parameters));
}

/// What the layer makes of the images in a training step, row by row. Behind it stands a Dense with weights of zero and
/// labels by which the gradient of its unit r is the layer's row r; the number of rows is a power of two, so that this
/// is exact.
Rows train_rows(const LayerPtr& layer, const Tensor& images, uint64_t seed = 5, uint32_t step = 3) {
  const int64_t rows = images.shape()[0];
  GraphBuilder builder;
  int node = builder.input({images.shape().begin() + 1, images.shape().end()});
  node = builder.call(make(Flatten{}), {builder.call(layer, {node})});
  const int64_t size = element_count(builder.shape(node));
  const Graph graph = builder.finish({builder.call(make(Dense{.units = rows, .use_bias = false}), {node})});
  Tensor labels(DType::float32, {rows, rows});
  for (int64_t row = 0; row < rows; ++row)
    labels.values<float>()[row * (rows + 1)] = static_cast<float>(-rows * rows) / 2;
  const Examples examples{{images}, {labels}};
  const CompileConfig compile{nullptr, {find_loss("mse")}, {{}}};
  const std::vector<float> weights(static_cast<size_t>(graph.weight_size()));
  std::vector<float> gradients(weights.size());
  std::vector<int64_t> order(static_cast<size_t>(rows));
  std::iota(order.begin(), order.end(), 0);
  KernelScope scope;
  Plan(graph, &compile, PlanMode::training, rows)
      .run({&examples, order.data(), rows}, weights.data(),
           {.gradients = gradients.data(), .seed = seed, .number = step});
  Rows made(static_cast<size_t>(rows));
  for (int64_t i = 0; i < size * rows; ++i)
    made[static_cast<size_t>(i % rows)].push_back(gradients[static_cast<size_t>(i)]);
  return made;
}

std::vector<float> infer(const LayerPtr& layer, const Tensor& images) {
  GraphBuilder builder;
  const int input = builder.input({images.shape().begin() + 1, images.shape().end()});
  const Graph graph = builder.finish({builder.call(layer, {input})});
  const Tensor made = predict(graph, Tensor(DType::float32, {0}), {{images}, {}})[0];
  return {made.values<float>().begin(), made.values<float>().end()};
}

std::vector<float> floats(const Json& list) {
  std::vector<float> values;
  for (const Json& value : list.as_array()) values.push_back(static_cast<float>(value.as_real()));
  return values;
}

void expect_near(const std::vector<float>& got, const std::vector<float>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], expected[i], 2e-5) << "at " << i;
}

/// `rows` images whose pixels are `value(row, y, x)`.
template <class Function>
Tensor images(int64_t rows, int64_t height, int64_t width, const Function& value) {
  Tensor tensor(DType::float32, {rows, height, width, 1});
  float* at = tensor.values<float>().data();
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t y = 0; y < height; ++y) {
      for (int64_t x = 0; x < width; ++x) *at++ = static_cast<float>(value(row, y, x));
    }
  }
  return tensor;
}

Tensor columns(int64_t rows) {
  return images(rows, 9, 9, [](int64_t, int64_t, int64_t x) { return x; });
}

/// What `measure` says about each image of many steps.
template <class Function>
std::vector<double> draws(const LayerPtr& layer, const Tensor& given, const Function& measure) {
  std::vector<double> measured;
  for (uint32_t step = 0; step < 32; ++step) {
    for (const auto& row : train_rows(layer, given, 1, step)) measured.push_back(measure(row));
  }
  return measured;
}

/// The greatest distance between their distribution and the uniform one (Kolmogorov and Smirnov) is not significant at
/// 1 in 1000.
void expect_uniform(std::vector<double> values, double low, double high) {
  std::sort(values.begin(), values.end());
  EXPECT_GE(values.front(), low - 1e-5);
  EXPECT_LE(values.back(), high + 1e-5);
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double share = (values[i] - low) / (high - low);
    distance = std::max(
        {distance, std::abs(share - static_cast<double>(i) / n), std::abs(share - static_cast<double>(i + 1) / n)});
  }
  EXPECT_LT(distance, 1.95 / std::sqrt(n));
}

/// Keras' results for layers whose draws have one outcome.
TEST(ImageLayers, MakeWhatKerasMakes) {
  const Json cases = Json::parse(read_file("tests/golden/images/images.json"));
  for (const Json& given : cases.at("layers").as_array()) {
    SCOPED_TRACE(given.at("layer").as_string() + " " + given.at("config").dump());
    const LayerPtr layer = make_layer(given.at("layer").as_string(), given.at("config"));
    Tensor x(DType::float32, {1, 5, 6, 2});
    std::ranges::copy(floats(given.at("x")), x.values<float>().begin());
    expect_near(train_rows(layer, x)[0], floats(given.at("training")));
    expect_near(infer(layer, x), floats(given.at("inference")));
  }
}

// The middle of a ramp tells where it came from, its slopes tell how it is turned and scaled.
TEST(ImageLayers, DrawUniformly) {
  const Tensor ramp = columns(64);
  auto pixel = [](const auto& row, int64_t y, int64_t x) {
    return static_cast<double>(row[static_cast<size_t>(9 * y + x)]);
  };
  auto across = [&](const auto& row) { return pixel(row, 4, 5) - pixel(row, 4, 4); };
  auto down = [&](const auto& row) { return pixel(row, 5, 4) - pixel(row, 4, 4); };
  expect_uniform(draws(layer("RandomRotation", R"({"factor": [-0.2, 0.3]})"), ramp,
                       [&](const auto& row) { return std::atan2(-down(row), across(row)) / (2 * std::numbers::pi); }),
                 -0.2, 0.3);
  expect_uniform(draws(layer("RandomTranslation", R"({"height_factor": 0.1, "width_factor": 0.3})"), ramp,
                       [&](const auto& row) { return (4 - pixel(row, 4, 4)) / 9; }),
                 -0.3, 0.3);
  expect_uniform(draws(layer("RandomZoom", R"({"height_factor": [-0.5, 0.2]})"), ramp, across), 0.5, 1.2);
  expect_uniform(draws(layer("RandomZoom", R"({"height_factor": 0, "width_factor": [0, 0.3]})"), ramp, across), 1, 1.3);
  expect_uniform(draws(layer("RandomContrast", R"({"factor": [0.2, 0.6]})"), ramp, across), 0.8, 1.6);
  expect_uniform(draws(layer("RandomContrast", R"({"factor": 0.4})"), ramp, across), 0.6, 1.4);
  expect_uniform(draws(layer("RandomBrightness", R"({"factor": 0.5, "value_range": [-20, 20]})"), ramp,
                       [&](const auto& row) { return pixel(row, 0, 0); }),
                 -20, 20);
}

// Two directions are drawn apart from one another.
TEST(ImageLayers, DrawHeightAndWidthApart) {
  const LayerPtr shift = layer("RandomTranslation", R"({"height_factor": 0.3, "width_factor": 0.3})");
  auto middle = [](const auto& row) { return static_cast<double>(row[40]) - 4; };
  const auto right = draws(shift, columns(64), middle);
  const auto below = draws(shift, images(64, 9, 9, [](int64_t, int64_t y, int64_t) { return y; }), middle);
  double product = 0, square = 0;
  for (size_t i = 0; i < right.size(); ++i) product += right[i] * below[i], square += right[i] * right[i];
  EXPECT_LT(std::abs(product / square), 0.08);
}

TEST(ImageLayers, FlipHalfOfTheImages) {
  const Tensor given = images(64, 3, 4, [](int64_t, int64_t y, int64_t x) { return 10 * y + x; });
  struct Case {
    const char* mode;
    float first;  // Where it is flipped.
  };
  for (const auto& [mode, first] : {Case{"horizontal", 3}, {"vertical", 20}, {"horizontal_and_vertical", 23}}) {
    SCOPED_TRACE(mode);
    int flipped = 0;
    for (const double corner : draws(layer("RandomFlip", (R"({"mode": ")" + std::string(mode) + "\"}").c_str()), given,
                                     [](const auto& row) { return row[0]; })) {
      ASSERT_TRUE(corner == 0 || corner == first) << corner;
      flipped += corner == first;
    }
    EXPECT_NEAR(flipped / 2048.0, 0.5, 0.03);
  }
  const Rows made = train_rows(layer("RandomFlip", R"({"mode": "horizontal"})"), given);
  const std::vector<float> whole{3, 2, 1, 0, 13, 12, 11, 10, 23, 22, 21, 20};
  EXPECT_EQ(std::ranges::count_if(made, [&](const auto& row) { return row[0] == 3 && row != whole; }), 0);
}

TEST(ImageLayers, CropEveryWindowEquallyOften) {
  const Tensor given = images(64, 4, 7, [](int64_t, int64_t y, int64_t x) { return 10 * y + x; });
  std::map<double, int> starts;
  for (const double first : draws(layer("RandomCrop", R"({"height": 3, "width": 4})"), given, [](const auto& row) {
         EXPECT_EQ(row[5], row[0] + 11);
         EXPECT_EQ(row[11], row[0] + 23);
         return row[0];
       })) {
    ++starts[first];
  }
  EXPECT_EQ(starts.size(), 8u);  // 2 × 4
  for (const auto& [first, count] : starts) EXPECT_NEAR(count / 2048.0, 1 / 8.0, 0.03) << first;
}

TEST(ImageLayers, CropTheMiddleInInference) {
  const Tensor given = images(2, 4, 6, [](int64_t row, int64_t y, int64_t x) { return 100 * row + 10 * y + x; });
  EXPECT_EQ(infer(layer("RandomCrop", R"({"height": 4, "width": 4})"), given),
            infer(layer("CenterCrop", R"({"height": 4, "width": 4})"), given));
  // The largest window of this aspect ratio, 4 × 4, halved.
  const auto halved = infer(layer("RandomCrop", R"({"height": 2, "width": 2})"), given);
  EXPECT_EQ(halved, (std::vector<float>{6.5, 8.5, 26.5, 28.5, 106.5, 108.5, 126.5, 128.5}));
}

TEST(ImageLayers, CropSmallImagesInTraining) {
  const Tensor given = images(2, 4, 6, [](int64_t row, int64_t y, int64_t x) { return 100 * row + 10 * y + x; });
  // The window of 4 × 4 in the middle starts at column 1; up to the edge there are 5.
  const Tensor cut = images(2, 4, 5, [](int64_t row, int64_t y, int64_t x) { return 100 * row + 10 * y + x + 1; });
  EXPECT_EQ(train_rows(layer("RandomCrop", R"({"height": 8, "width": 8})"), given)[1],
            train_rows(layer("Resizing", R"({"height": 8, "width": 8})"), cut)[1]);
}

const std::vector<std::pair<const char*, const char*>> random_layers{
    {"RandomFlip", "{}"},
    {"RandomRotation", R"({"factor": 0.5})"},
    {"RandomTranslation", R"({"height_factor": 0.5, "width_factor": 0.5})"},
    {"RandomZoom", R"({"height_factor": 0.5})"},
    {"RandomContrast", R"({"factor": 0.5})"},
    {"RandomBrightness", R"({"factor": 0.5})"},
    {"RandomCrop", R"({"height": 5, "width": 5})"}};

TEST(ImageLayers, DrawBySeedStepAndRow) {
  const Tensor eight = images(8, 9, 9, [](int64_t, int64_t y, int64_t x) { return 10 * y + x; });
  for (const auto& [name, parameters] : random_layers) {
    SCOPED_TRACE(name);
    const LayerPtr drawn = layer(name, parameters);
    const Rows first = train_rows(drawn, eight, 5, 3);
    EXPECT_EQ(train_rows(drawn, eight, 5, 3), first);
    EXPECT_NE(train_rows(drawn, eight, 6, 3), first);
    EXPECT_NE(train_rows(drawn, eight, 5, 4), first);
    EXPECT_GT(std::set<std::vector<float>>(first.begin(), first.end()).size(), 1u);
    // Fewer rows beside it change nothing.
    const Rows four = train_rows(drawn, eight.slice(0, 4), 5, 3);
    EXPECT_EQ(four, Rows(first.begin(), first.begin() + 4));
  }
}

TEST(ImageLayers, ChangeNothingInInference) {
  const Tensor given = images(3, 9, 9, [](int64_t row, int64_t y, int64_t x) { return 300 + row + 10 * y + x; });
  const std::vector<float> same(given.values<float>().begin(), given.values<float>().end());
  for (const auto& [name, parameters] : random_layers) {
    SCOPED_TRACE(name);
    if (std::string_view(name) != "RandomCrop") {
      EXPECT_EQ(infer(layer(name, parameters), given), same);
    }
  }
}

}  // namespace
}  // namespace sluice
