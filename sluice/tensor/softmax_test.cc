#include "sluice/tensor/softmax.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "sluice/tensor/activation_vectors.h"
#include "sluice/tensor/pointwise_loss.h"

namespace sluice {
namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

TEST(Softmax, OfOneNaNIsAllNaN) {
  const std::vector<float> x{1, 2, unknown, 4, 5, 6, 7, 8, 9, 10};
  std::vector<float> y(x.size()), logarithms(x.size());
  softmax(1, 10, x.data(), y.data());
  log_softmax(1, 10, x.data(), logarithms.data());
  for (float value : y) EXPECT_TRUE(std::isnan(value));
  for (float value : logarithms) EXPECT_TRUE(std::isnan(value));
}

TEST(SparseSoftmaxCrossEntropy, OfNaNIsNaN) {
  const std::vector<float> logits{unknown, 2, 3};
  const int32_t label = 1;
  const int64_t index = 0;
  std::vector<float> slopes(3);
  EXPECT_TRUE(std::isnan(
      sparse_softmax_cross_entropy({.count = 1, .index = &index}, 1, 3, logits.data(), &label, -1, 1, slopes.data())));
  for (float slope : slopes) EXPECT_TRUE(std::isnan(slope));
}

struct Scored {
  double loss;
  float slope;
};

Scored scored(PointwiseLoss::Kind kind, bool from_logits, float y, float target) {
  const int64_t index = 0;
  Scored result{};
  result.loss = pointwise_loss({.kind = kind, .from_logits = from_logits}, {.count = 1, .index = &index}, 1, &y,
                               &target, 1, &result.slope);
  return result;
}

TEST(PointwiseLoss, OfNaNIsNaN) {
  using enum PointwiseLoss::Kind;
  for (auto kind : {squared_error, absolute_error, absolute_percentage_error, squared_logarithmic_error, huber,
                    log_cosh, poisson, kl_divergence, hinge, squared_hinge, binary_cross_entropy, binary_focal}) {
    EXPECT_TRUE(std::isnan(scored(kind, false, unknown, 1).loss)) << static_cast<int>(kind);
  }
  EXPECT_TRUE(std::isnan(scored(binary_cross_entropy, true, unknown, 1).loss));
}

TEST(PointwiseLoss, OfHugeLogitsIsTheirSize) {
  for (auto kind : {PointwiseLoss::Kind::binary_cross_entropy, PointwiseLoss::Kind::binary_focal}) {
    EXPECT_FLOAT_EQ(scored(kind, true, 1e15f, 0).loss, 1e15f);
    EXPECT_FLOAT_EQ(scored(kind, true, 1e15f, 0).slope, 1);
    EXPECT_FLOAT_EQ(scored(kind, true, -1e15f, 1).loss, 1e15f);
    EXPECT_FLOAT_EQ(scored(kind, true, -1e15f, 1).slope, -1);
    EXPECT_EQ(scored(kind, true, -1e15f, 0).slope, 0);
  }
}

}  // namespace
}  // namespace sluice
