#include <gtest/gtest.h>

#include <cmath>

#include "sluice/base/error.h"
#include "sluice/base/random.h"
#include "sluice/nn/layers/batch_normalization.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/dropout.h"
#include "sluice/nn/layers/embedding.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/layers/gaussian_noise.h"
#include "sluice/nn/layers/random_flip.h"
#include "sluice/nn/optimizers/sgd.h"
#include "sluice/nn/team.h"
#include "sluice/nn/trainer.h"

namespace sluice {
namespace {

constexpr int64_t rows = 101;

Examples random_images() {
  Tensor images(DType::float32, {rows, 8, 8, 2}), labels(DType::int32, {rows}), weights(DType::float32, {rows});
  const Random random(1, Purpose::fuzz);
  for (int64_t i = 0; i < images.size(); ++i)
    images.values<float>()[i] = static_cast<float>(random.normal(static_cast<uint64_t>(i)));
  for (int64_t row = 0; row < rows; ++row) {
    labels.values<int32_t>()[row] = static_cast<int32_t>(random.below(static_cast<uint64_t>(row), 4));
    weights.values<float>()[row] = static_cast<float>(1 + random.below(static_cast<uint64_t>(1000 + row), 3));
  }
  return {{images}, {labels}, {weights}};
}

/// Everything that looks at a batch as a whole, or draws random numbers by its rows.
Graph make_graph() {
  GraphBuilder builder;
  int node = builder.input({8, 8, 2});
  node = builder.call(make(RandomFlip{}), {node});
  node = builder.call(make(GaussianNoise{.stddev = 0.1}), {node});
  node = builder.call(make(Conv2D{.filters = 5, .kernel_size = {3, 3}}), {node});
  node = builder.call(make(BatchNormalization{.momentum = 0.5}), {node});
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(Dropout{.rate = 0.3}), {node});
  node = builder.call(make(Dense{.units = 9,
                                 .activation = Activation::tanh,
                                 .kernel_regularizer = make_named<Regularizer>("l2", Json::Object{{"l2", 0.1}})}),
                      {node});
  node = builder.call(make(BatchNormalization{}), {node});
  node = builder.call(make(Dense{.units = 4, .activation = Activation::softmax}), {node});
  return builder.finish({node});
}

struct Trained {
  std::vector<float> weights;
  Scores scores;
};

Trained trained(const Json& loss_parameters, int threads, int64_t batch_size) {
  const Graph graph = make_graph();
  const Examples examples = random_images();
  const CompileConfig compile{make(SGD{.learning_rate = 0.002, .momentum = 0.9}),
                              {make_named<Loss>("SparseCategoricalCrossentropy", loss_parameters)},
                              {{find_metric("accuracy")}}};
  Trainer trainer(graph, compile, examples, {.batch_size = batch_size, .seed = 7, .threads = threads});
  TrainingState state = trainer.initial_state();
  Trained result;
  for (int epoch = 0; epoch < 2; ++epoch) result.scores = trainer.train_epoch(state);
  const auto weights = state.weights.values<float>();
  result.weights.assign(weights.begin(), weights.end());
  return result;
}

class TrainingThreads : public testing::TestWithParam<const char*> {};

TEST_P(TrainingThreads, ChangeRoundingOnly) {
  const Json loss = Json::parse(GetParam());
  for (int64_t batch_size : {50, 33}) {  // The last batch has one row, or two.
    const Trained alone = trained(loss, 1, batch_size);
    for (int threads : {2, 3}) {
      const Trained together = trained(loss, threads, batch_size);
      EXPECT_EQ(together.weights, trained(loss, threads, batch_size).weights);
      for (size_t i = 0; i < alone.weights.size(); ++i)
        ASSERT_NEAR(together.weights[i], alone.weights[i], 2e-4f) << threads << " threads, weight " << i;
      for (size_t i = 0; i < alone.scores.size(); ++i)
        EXPECT_NEAR(together.scores[i].second, alone.scores[i].second, 1e-3) << together.scores[i].first;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Losses, TrainingThreads,
                         testing::Values(R"({})", R"({"ignore_class": 3})", R"({"reduction": "sum"})",
                                         R"({"reduction": "mean_with_sample_weight"})"));

TEST(TrainingThreadsFailures, EndTheTraining) {
  Tensor indices(DType::int32, {8, 1}), labels(DType::float32, {8, 2});
  indices.values<int32_t>()[7] = 99;  // Of the second thread.
  GraphBuilder builder;
  int node = builder.input({1});
  node = builder.call(make(Embedding{.input_dim = 10, .output_dim = 2}), {node});
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(BatchNormalization{}), {node});
  const Graph graph = builder.finish({node});
  const CompileConfig compile{make(SGD{}), {find_loss("mse")}, {{}}};
  const Examples examples{{indices}, {labels}};
  Trainer trainer(graph, compile, examples, {.batch_size = 8, .shuffle = false, .threads = 2});
  TrainingState state = trainer.initial_state();
  try {
    trainer.train_epoch(state);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("index 99 in row 7"), std::string::npos) << error.what();
  }
}

TEST(TrainingThreadsFailures, NoThreadsIsAnError) { EXPECT_THROW(trained(Json::object(), 0, 16), Error); }

TEST(Team, SumsInTheOrderOfMembers) {
  Team team(3);
  for (int active : {1, 2, 3}) {
    std::vector<std::vector<float>> arrays(3, std::vector<float>{1e8f, 1, -1e8f});
    team.run(active, [&](int member) {
      arrays[member][1] = static_cast<float>(member + 1);
      team.sum(member, arrays[member]);
    });
    for (int member = 0; member < active; ++member) {
      EXPECT_EQ(arrays[member][0], 1e8f * static_cast<float>(active));
      EXPECT_EQ(arrays[member][1], static_cast<float>(active * (active + 1) / 2));
    }
  }
}

TEST(HelpfulThreads, GrowWithTheWorkOfAStep) {
  const Graph graph = make_graph();
  EXPECT_EQ(helpful_threads(graph, 1, 64), 1);
  EXPECT_EQ(helpful_threads(graph, 1'000'000, 64), 64);
  EXPECT_EQ(helpful_threads(graph, 1'000'000, 1), 1);
  EXPECT_GT(helpful_threads(graph, 2000, 64), 1);
}

}  // namespace
}  // namespace sluice
