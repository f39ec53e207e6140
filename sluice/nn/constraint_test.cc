#include "sluice/nn/constraint.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sluice/nn/regularizer.h"

namespace sluice {
namespace {

std::vector<float> constrained(const std::string& json, const Shape& shape, std::vector<float> values) {
  read_named<Constraint>(Json::parse(json))->apply(shape, values);
  return values;
}

void expect_near(const std::vector<float>& got, const std::vector<float>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-5) << i;
}

TEST(Constraints, NormsOfColumnsRowsAndMore) {
  const std::vector<float> matrix{3, 0.3f, 4, 0.4f};
  expect_near(constrained("\"max_norm\"", {2, 2}, matrix), {1.2f, 0.3f, 1.6f, 0.4f});
  expect_near(constrained(R"({"MaxNorm": {"max_value": 1, "axis": 1}})", {2, 2}, {3, 4, 0.3f, 0.4f}),
              {0.6f, 0.8f, 0.3f, 0.4f});
  expect_near(constrained("\"unit_norm\"", {2, 2}, matrix), {0.6f, 0.6f, 0.8f, 0.8f});
  expect_near(constrained(R"({"UnitNorm": {"axis": [0, -1]}})", {2, 2}, {1, 1, 1, 1}), {0.5f, 0.5f, 0.5f, 0.5f});
  expect_near(constrained(R"({"UnitNorm": {"axis": [0, 2]}})", {2, 2, 1}, {3, 0, 4, 2}), {0.6f, 0, 0.8f, 1});
}

TEST(Constraints, MinMaxNormGoesPartOfTheWay) {
  const std::string json = R"({"MinMaxNorm": {"min_value": 1, "max_value": 2, "rate": 0.5}})";
  expect_near(constrained(json, {2, 2}, {3, 0.3f, 4, 0.4f}), {2.1f, 0.45f, 2.8f, 0.6f});
  EXPECT_THROW(constrained(R"({"MinMaxNorm": {"min_value": 3}})", {1}, {1}), Error);
  EXPECT_THROW(constrained(R"({"MaxNorm": {"axis": 2}})", {2, 2}, {1, 1, 1, 1}), Error);
}

TEST(Constraints, NonNegCutsBelowZero) { expect_near(constrained("\"non_neg\"", {3}, {-1, 0, 2}), {0, 0, 2}); }

/// The gradients of penalties against central differences.
TEST(Regularizers, Gradients) {
  const Shape shape{3, 4};
  std::vector<float> values{0.4f, -0.2f, 0.7f, 0.1f, -0.5f, 0.3f, 0.2f, -0.8f, 0.6f, 0.5f, -0.4f, 0.3f};
  for (const char* json :
       {"\"l1\"", "\"l2\"", R"({"L1L2": {"l1": 0.1, "l2": 0.3}})", R"({"OrthogonalRegularizer": {"factor": 0.5}})",
        R"({"OrthogonalRegularizer": {"mode": "columns"}})"}) {
    SCOPED_TRACE(json);
    const RegularizerPtr regularizer = read_named<Regularizer>(Json::parse(json));
    std::vector<float> gradient(values.size());
    regularizer->penalty(shape, values, gradient.data());
    for (size_t i = 0; i < values.size(); ++i) {
      const float kept = values[i];
      values[i] = kept + 1e-3f;
      const double above = regularizer->penalty(shape, values, nullptr);
      values[i] = kept - 1e-3f;
      const double below = regularizer->penalty(shape, values, nullptr);
      values[i] = kept;
      EXPECT_NEAR(gradient[i], (above - below) / 2e-3, 1e-4) << i;
    }
  }
}

TEST(Regularizers, OrthogonalPenaltyIsTheMeanCosine) {
  const RegularizerPtr rows = read_named<Regularizer>(Json::parse(R"({"OrthogonalRegularizer": {"factor": 2}})"));
  EXPECT_NEAR(rows->penalty({2, 2}, std::vector<float>{1, 0, 1, 1}, nullptr), 2 * std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(rows->penalty({2, 2}, std::vector<float>{3, 0, 0, 5}, nullptr), 0, 1e-6);
}

}  // namespace
}  // namespace sluice
