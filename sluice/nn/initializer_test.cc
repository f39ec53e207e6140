#include "sluice/nn/initializer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

std::vector<float> filled(const std::string& json, const Shape& shape, uint64_t seed = 1) {
  std::vector<float> values(static_cast<size_t>(element_count(shape)));
  read_named<Initializer>(Json::parse(json))->fill(shape, Random(seed, Purpose::initializer), values);
  return values;
}

struct Distribution {
  double mean = 0, stddev = 0, largest = 0;

  explicit Distribution(const std::vector<float>& values) {
    for (const float value : values) {
      mean += static_cast<double>(value) / static_cast<double>(values.size());
      largest = std::max(largest, std::abs(static_cast<double>(value)));
    }
    for (const float value : values) stddev += std::pow(static_cast<double>(value) - mean, 2);
    stddev = std::sqrt(stddev / static_cast<double>(values.size()));
  }
};

/// A 3×3 kernel from 40 to 60 channels: fan_in 360, fan_out 540; 21,600 values.
const Shape kernel{3, 3, 40, 60};

struct Expected {
  const char* json;
  double stddev;
  double bound;  ///< No value is larger, some come near.
};

class RandomInitializers : public ::testing::TestWithParam<Expected> {};

TEST_P(RandomInitializers, HaveTheirDistribution) {
  const auto& [json, stddev, bound] = GetParam();
  const std::vector<float> values = filled(json, kernel);
  const Distribution got(values);
  EXPECT_NEAR(got.mean, 0, 0.03 * stddev);
  EXPECT_NEAR(got.stddev, stddev, 0.02 * stddev);
  EXPECT_LE(got.largest, bound * 1.000001);
  EXPECT_GE(got.largest, bound * 0.95);
  EXPECT_EQ(filled(json, kernel), values);
  EXPECT_NE(filled(json, kernel, 2), values);
}

/// Truncated normals have their bound at 2 / 0.8796 standard deviations; the untruncated ones here reach 4 or so.
double cut(double stddev) { return 2 * stddev / 0.8796256610342398; }
double flat(double stddev) { return std::sqrt(3) * stddev; }

INSTANTIATE_TEST_SUITE_P(
    All, RandomInitializers,
    ::testing::Values(Expected{"\"glorot_uniform\"", std::sqrt(2.0 / 900), flat(std::sqrt(2.0 / 900))},
                      Expected{"\"glorot_normal\"", std::sqrt(2.0 / 900), cut(std::sqrt(2.0 / 900))},
                      Expected{"\"he_uniform\"", std::sqrt(2.0 / 360), flat(std::sqrt(2.0 / 360))},
                      Expected{"\"he_normal\"", std::sqrt(2.0 / 360), cut(std::sqrt(2.0 / 360))},
                      Expected{"\"lecun_uniform\"", std::sqrt(1.0 / 360), flat(std::sqrt(1.0 / 360))},
                      Expected{"\"lecun_normal\"", std::sqrt(1.0 / 360), cut(std::sqrt(1.0 / 360))},
                      Expected{R"({"VarianceScaling": {"scale": 3, "mode": "fan_out", "distribution": "uniform"}})",
                               std::sqrt(3.0 / 540), flat(std::sqrt(3.0 / 540))},
                      Expected{R"({"VarianceScaling": {"mode": "fan_avg", "distribution": "normal"}})",
                               std::sqrt(1.0 / 450), cut(std::sqrt(1.0 / 450))},
                      Expected{R"({"RandomUniform": {"minval": -0.5, "maxval": 0.5}})", 1 / std::sqrt(12), 0.5},
                      Expected{R"({"TruncatedNormal": {"stddev": 0.5}})", 0.5 * 0.8796256610342398, 1}));

TEST(Initializers, NormalsAreNotCut) {
  const Distribution got(filled(R"({"RandomNormal": {"mean": 1, "stddev": 0.25}})", kernel));
  EXPECT_NEAR(got.mean, 1, 0.01);
  EXPECT_NEAR(got.stddev, 0.25, 0.005);
  EXPECT_GT(got.largest, 1 + 3 * 0.25);
}

TEST(Initializers, OwnSeedsStandAlone) {
  for (const char* json : {R"({"GlorotNormal": {"seed": 3}})", R"({"RandomNormal": {"seed": 3}})",
                           R"({"Orthogonal": {"seed": 3}})", R"({"VarianceScaling": {"seed": 3}})"}) {
    EXPECT_EQ(filled(json, {4, 4}, 1), filled(json, {4, 4}, 2)) << json;
  }
}

TEST(Initializers, ConstantsAndIdentity) {
  EXPECT_EQ(filled(R"({"Constant": {"value": 0.25}})", {3}), std::vector<float>(3, 0.25f));
  EXPECT_EQ(filled("\"zeros\"", {3}), std::vector<float>(3, 0.0f));
  EXPECT_EQ(filled(R"({"Identity": {"gain": 2}})", {2, 3}), (std::vector<float>{2, 0, 0, 0, 2, 0}));
  EXPECT_THROW(filled("\"identity\"", {2, 2, 2}), Error);
  EXPECT_THROW(filled("\"orthogonal\"", {2}), Error);
}

void expect_orthonormal(const Shape& shape) {
  const std::vector<float> values = filled(R"({"Orthogonal": {"gain": 2}})", shape);
  const size_t columns = static_cast<size_t>(shape.back()), rows = values.size() / columns;
  const bool wide = rows < columns;
  const size_t count = wide ? rows : columns, size = wide ? columns : rows;
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = 0; b <= a; ++b) {
      double dot = 0;
      for (size_t i = 0; i < size; ++i) {
        const float x = wide ? values[a * columns + i] : values[i * columns + a];
        const float y = wide ? values[b * columns + i] : values[i * columns + b];
        dot += static_cast<double>(x) * static_cast<double>(y);
      }
      EXPECT_NEAR(dot, a == b ? 4 : 0, 1e-5) << a << " " << b;
    }
  }
}

TEST(Initializers, OrthogonalIsOrthonormal) {
  expect_orthonormal({6, 6});
  expect_orthonormal({20, 7});
  expect_orthonormal({7, 20});
  expect_orthonormal({3, 3, 2, 5});
}

}  // namespace
}  // namespace sluice
