#include <gtest/gtest.h>

#include <numeric>

#include "sluice/base/random.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/layers/alpha_dropout.h"
#include "sluice/nn/layers/dropout.h"
#include "sluice/nn/layers/gaussian_noise.h"
#include "sluice/nn/layers/global_pooling.h"
#include "sluice/nn/plan.h"
#include "sluice/tensor/kernel_level.h"

// What layers do in training is seen in the loss: the mean of (y - label)².
namespace sluice {
namespace {

constexpr int64_t rows = 200;

Tensor with_rows(const Shape& shape, float (*value)(uint64_t)) {
  Shape all{rows};
  all.insert(all.end(), shape.begin(), shape.end());
  Tensor tensor(DType::float32, all);
  for (int64_t i = 0; i < tensor.size(); ++i) tensor.values<float>()[i] = value(static_cast<uint64_t>(i));
  return tensor;
}

float one(uint64_t) { return 1; }
float normal(uint64_t i) { return static_cast<float>(Random(3, Purpose::fuzz).normal(i)); }

/// A layer behind an input; `pooled` with the mean of each channel behind it.
Graph behind_input(const LayerPtr& layer, const Shape& shape, bool pooled = false) {
  GraphBuilder builder;
  int node = builder.call(layer, {builder.input(shape)});
  if (pooled)
    node =
        builder.call(make_layer(shape.size() == 3 ? "GlobalAveragePooling2D" : "GlobalAveragePooling1D", {}), {node});
  return builder.finish({node});
}

struct Draw {
  uint64_t seed = 1;
  uint32_t step = 2;
  int64_t batch = rows;
  int64_t count = rows;  ///< Rows that are fed.
};

double mean_square(const Graph& graph, const Tensor& inputs, const Draw& draw = {}) {
  KernelScope scope;
  const CompileConfig compile{nullptr, {find_loss("mse")}, {{}}};
  const Examples examples{{inputs}, {with_rows(graph.nodes().back().shape, one)}};
  Plan plan(graph, &compile, PlanMode::training, draw.batch);
  std::vector<int64_t> row_index(rows);
  std::iota(row_index.begin(), row_index.end(), 0);
  const Tensor weights = graph.initial_weights(0);
  Tensor gradients(DType::float32, {graph.weight_size()});
  plan.run({&examples, row_index.data(), draw.count}, weights.values<float>().data(),
           {.gradients = gradients.values<float>().data(), .seed = draw.seed, .number = draw.step});
  return plan.sums()[0] / static_cast<double>(draw.count);
}

TEST(RandomLayers, HaveTheirVariance) {
  const Shape shape{10, 20};
  for (double rate : {0.1, 0.5}) {
    const double variance = rate / (1 - rate);
    EXPECT_NEAR(mean_square(behind_input(make(Dropout{rate}), shape), with_rows(shape, one)), variance, 0.02);
    EXPECT_NEAR(mean_square(behind_input(make(GaussianDropout{rate}), shape), with_rows(shape, one)), variance, 0.03);
    EXPECT_NEAR(mean_square(behind_input(make(GaussianNoise{rate}), shape), with_rows(shape, one)), rate * rate, 0.01);
    // Mean 0 and variance 1 stay: the mean of (y - 1)² is 2.
    EXPECT_NEAR(mean_square(behind_input(make(AlphaDropout{rate}), shape), with_rows(shape, normal)), 2, 0.05);
  }
}

/// Of whole channels the mean over positions has the variance of one element; of single elements nearly none.
TEST(RandomLayers, SpatialDropoutDropsWholeChannels) {
  for (double rate : {0.1, 0.5}) {
    const double variance = rate / (1 - rate);
    const Shape steps{10, 20}, image{4, 5, 20};
    EXPECT_NEAR(mean_square(behind_input(make(SpatialDropout1D{rate}), steps, true), with_rows(steps, one)), variance,
                0.08);
    EXPECT_NEAR(mean_square(behind_input(make(SpatialDropout2D{rate}), image, true), with_rows(image, one)), variance,
                0.08);
    EXPECT_LT(mean_square(behind_input(make(Dropout{rate}), image, true), with_rows(image, one)), variance / 10);
  }
}

class EachRandomLayer : public testing::TestWithParam<std::string> {
 protected:
  const Shape shape_ = GetParam() == "SpatialDropout2D" ? Shape{3, 2, 5} : Shape{6, 5};
  const Graph graph_ = behind_input(
      make_layer(GetParam(), Json::Object{{GetParam() == "GaussianNoise" ? "stddev" : "rate", 0.3}}), shape_);
  const Tensor inputs_ = with_rows(shape_, normal);
};

TEST_P(EachRandomLayer, DependsOnSeedAndStepAlone) {
  const double value = mean_square(graph_, inputs_);
  EXPECT_EQ(mean_square(graph_, inputs_), value);
  EXPECT_NE(mean_square(graph_, inputs_, {.seed = 2}), value);
  EXPECT_NE(mean_square(graph_, inputs_, {.step = 3}), value);
  EXPECT_EQ(mean_square(graph_, inputs_, {.batch = 70, .count = 50}), mean_square(graph_, inputs_, {.count = 50}));
}

TEST_P(EachRandomLayer, PassesItsInputOutsideOfTraining) {
  const Tensor result = predict(graph_, graph_.initial_weights(0), {{inputs_}, {}})[0];
  EXPECT_TRUE(std::ranges::equal(result.values<float>(), inputs_.values<float>()));
}

INSTANTIATE_TEST_SUITE_P(, EachRandomLayer,
                         testing::Values("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianDropout",
                                         "AlphaDropout", "GaussianNoise"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sluice
