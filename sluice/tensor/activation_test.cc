#include "sluice/tensor/activation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace sluice {
namespace {

// Longer than a vector of any processor, with a rest.
constexpr int64_t elements = 37;

float activated(Activation activation, float x) {
  const std::vector<float> inputs(elements, x);
  std::vector<float> outputs(elements);
  activate(activation, elements, inputs.data(), outputs.data());
  EXPECT_TRUE(outputs.front() == outputs.back() || std::isnan(outputs.back()));
  return outputs.front();
}

class EveryActivation : public testing::TestWithParam<Activation> {};

TEST_P(EveryActivation, KeepsNaN) {
  EXPECT_TRUE(std::isnan(activated(GetParam(), std::numeric_limits<float>::quiet_NaN())));
}

INSTANTIATE_TEST_SUITE_P(Activation, EveryActivation,
                         testing::Values(Activation::relu, Activation::tanh, Activation::sigmoid, Activation::elu,
                                         Activation::selu, Activation::softplus, Activation::softsign, Activation::silu,
                                         Activation::gelu, Activation::exponential, Activation::hard_sigmoid,
                                         Activation::hard_silu, Activation::hard_tanh, Activation::leaky_relu,
                                         Activation::log_sigmoid, Activation::mish, Activation::relu6,
                                         Activation::soft_shrink, Activation::hard_shrink, Activation::tanh_shrink,
                                         Activation::squareplus, Activation::sparse_plus, Activation::sparse_sigmoid));

struct Limit {
  Activation activation;
  float below, above;  // At -1e15 and 1e15.
};

class Saturation : public testing::TestWithParam<Limit> {};

TEST_P(Saturation, IsReachedByHugeNumbers) {
  EXPECT_NEAR(activated(GetParam().activation, -1e15f), GetParam().below, 1e-20);
  EXPECT_FLOAT_EQ(activated(GetParam().activation, 1e15f), GetParam().above);
}

INSTANTIATE_TEST_SUITE_P(Activation, Saturation,
                         testing::Values(Limit{Activation::tanh, -1, 1}, Limit{Activation::sigmoid, 0, 1},
                                         Limit{Activation::elu, -1, 1e15f}, Limit{Activation::softplus, 0, 1e15f},
                                         Limit{Activation::silu, 0, 1e15f}, Limit{Activation::gelu, 0, 1e15f},
                                         Limit{Activation::log_sigmoid, -1e15f, 0}, Limit{Activation::mish, 0, 1e15f},
                                         Limit{Activation::exponential, 0, std::numeric_limits<float>::infinity()},
                                         Limit{Activation::tanh_shrink, -1e15f, 1e15f}));

}  // namespace
}  // namespace sluice
