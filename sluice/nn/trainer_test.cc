#include "sluice/nn/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "sluice/base/hash.h"
#include "sluice/base/random.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/layers/batch_normalization.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/dropout.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/layers/pooling2d.h"
#include "sluice/nn/layers/rescaling.h"
#include "sluice/nn/optimizers/adam.h"
#include "sluice/nn/optimizers/sgd.h"
#include "sluice/nn/version.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

/// Images whose class is the quarter that is bright.
struct Quarters {
  Graph graph = make_graph();
  Examples examples;

  explicit Quarters(int64_t rows = 203) {
    Tensor images(DType::uint8, {rows, 8, 8, 1}), labels(DType::int32, {rows});
    Random random(1, Purpose::fuzz);
    for (int64_t row = 0; row < rows; ++row) {
      const auto quarter = static_cast<int32_t>(random.below(static_cast<uint64_t>(row), 4));
      labels.values<int32_t>()[row] = quarter;
      for (int64_t i = 0; i < 64; ++i) {
        const bool bright = i / 32 == quarter / 2 && i % 8 / 4 == quarter % 2;
        images.values<uint8_t>()[row * 64 + i] =
            static_cast<uint8_t>(random.below(static_cast<uint64_t>(1000 + row * 64 + i), 100) + (bright ? 90 : 0));
      }
    }
    examples = {{images}, {labels}};
  }

  static Graph make_graph() {
    GraphBuilder builder;
    int node = builder.input({8, 8, 1});
    node = builder.call(make(Conv2D{.filters = 3, .kernel_size = {3, 3}, .activation = Activation::relu}), {node});
    node = builder.call(make(Flatten{}), {node});
    node = builder.call(make(Dropout{.rate = 0.2}), {node});
    node = builder.call(make(Dense{.units = 4, .activation = Activation::softmax}), {node});
    return builder.finish({node});
  }
};

CompileConfig compile_with(OptimizerPtr optimizer) {
  return {std::move(optimizer), {find_loss("sparse_categorical_crossentropy")}, {{find_metric("accuracy")}}};
}

std::vector<float> flat(const Tensor& tensor) { return {tensor.values<float>().begin(), tensor.values<float>().end()}; }

Tensor copy(const Tensor& tensor) { return Tensor::of<float>(tensor.shape(), tensor.values<float>()); }

TEST(Trainer, LearnsAndIsRepeatable) {
  const Quarters data;
  const CompileConfig compile = compile_with(make(Adam{.learning_rate = 0.005}));
  auto train = [&](uint64_t seed) {
    Trainer trainer(data.graph, compile, data.examples, {.batch_size = 16, .seed = seed});
    TrainingState state = trainer.initial_state();
    for (int epoch = 0; epoch < 12; ++epoch) trainer.train_epoch(state);
    return state;
  };
  const TrainingState state = train(1);
  EXPECT_GT(evaluate(data.graph, state.weights, compile, data.examples)[1].second, 0.9);
  EXPECT_EQ(flat(train(1).weights), flat(state.weights));
  EXPECT_NE(flat(train(2).weights), flat(state.weights));
  EXPECT_EQ(state.epoch, 12);
  EXPECT_EQ(state.optimizer.iterations, 12 * 13);
}

TEST(Trainer, GoesOnFromAStateBitForBit) {
  const Quarters data;
  for (const OptimizerPtr& optimizer : {make(Adam{}), make(SGD{.learning_rate = 0.01, .momentum = 0.9}), make(SGD{})}) {
    const CompileConfig compile = compile_with(optimizer);
    const Trainer::Options options{.batch_size = 32, .seed = 4};
    Trainer whole(data.graph, compile, data.examples, options);
    TrainingState state = whole.initial_state();
    whole.train_epoch(state);
    TrainingState saved{.epoch = state.epoch,
                        .weights = copy(state.weights),
                        .optimizer = {.iterations = state.optimizer.iterations, .slots = {}}};
    for (const Tensor& slot : state.optimizer.slots) saved.optimizer.slots.push_back(copy(slot));
    const Scores scores = whole.train_epoch(state);

    Trainer resumed(data.graph, compile, data.examples, options);
    EXPECT_EQ(resumed.train_epoch(saved), scores);
    EXPECT_EQ(flat(saved.weights), flat(state.weights));
  }
}

/// The kernels of most networks: lanes, rows, Winograd, matrix products, sums, normalisation.
Graph graph_of_many_kernels() {
  const auto conv = [](int filters) {
    return make(
        Conv2D{.filters = filters, .kernel_size = {3, 3}, .padding = Padding::same, .activation = Activation::relu});
  };
  GraphBuilder builder;
  int node = builder.input({8, 8, 1});
  node = builder.call(make(Rescaling{.scale = 0.01}), {node});
  for (int filters : {3, 16, 32}) node = builder.call(conv(filters), {node});
  node = builder.call(make(BatchNormalization{}), {node});
  node = builder.call(make(MaxPooling2D{}), {node});
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(Dropout{.rate = 0.2}), {node});
  node = builder.call(make(Dense{.units = 20, .activation = Activation::tanh}), {node});
  node = builder.call(make(Dense{.units = 4, .activation = Activation::softmax}), {node});
  return builder.finish({node});
}

/// The bits of a training, which `engine_version` counts: where they change, it goes up, and the hashes here with it.
TEST(Trainer, BitsAreThoseOfTheEngineVersion) {
  const std::map<std::pair<int64_t, KernelLevel>, std::string> expected = {
      {{7, KernelLevel::avx2}, "071629a0080298d53211882a4a3f5ada"},
      {{7, KernelLevel::avx512}, "ed4ad1d93d6508748497982d2a439359"},
  };
  const Quarters data(75);
  const Graph graph = graph_of_many_kernels();
  const CompileConfig compile = compile_with(make(Adam{}));
  Trainer trainer(graph, compile, data.examples, {.batch_size = 16, .seed = 1});
  TrainingState state = trainer.initial_state();
  for (int epoch = 0; epoch < 2; ++epoch) trainer.train_epoch(state);
  EXPECT_EQ(content_hash(state.weights.bytes()), expected.at({engine_version, kernel_level()}));
}

/// Trains a dense layer on the quarters; returns its loss after an epoch, and weights.
std::pair<double, TrainingState> train_dense(const Dense& dense, bool trainable) {
  const Quarters data;
  GraphBuilder builder;
  int node = builder.input({8, 8, 1});
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(dense), {node}, "", trainable);
  node = builder.call(make(Dense{.units = 4, .activation = Activation::softmax}), {node});
  const Graph graph = builder.finish({node});
  const CompileConfig compile = compile_with(make(SGD{.learning_rate = 0.0001}));
  Trainer trainer(graph, compile, data.examples, {.batch_size = 16, .seed = 1});
  TrainingState state = trainer.initial_state();
  const double loss = trainer.train_epoch(state)[0].second;
  return {loss, state};
}

TEST(Trainer, PenaltiesAreOfWeightsThatLearn) {
  const Dense plain{.units = 8};
  const Dense penalized{.units = 8, .kernel_regularizer = make_named<Regularizer>("l2", {})};
  EXPECT_GT(train_dense(penalized, true).first, train_dense(plain, true).first);
  EXPECT_EQ(train_dense(penalized, false).first, train_dense(plain, false).first);
}

TEST(Trainer, KeepsConstraintsAndFrozenWeights) {
  auto negative = [](const TrainingState& state) {
    return std::ranges::count_if(state.weights.values<float>().first(64 * 8), [](float weight) { return weight < 0; });
  };
  const Dense plain{.units = 8};
  const Dense constrained{.units = 8, .kernel_constraint = make_named<Constraint>("non_neg", {})};
  EXPECT_GT(negative(train_dense(plain, true).second), 0);
  EXPECT_EQ(negative(train_dense(constrained, true).second), 0);
  const Dense ones_layer{.units = 8, .kernel_initializer = ones()};
  const TrainingState frozen = train_dense(ones_layer, false).second;
  EXPECT_EQ(std::ranges::count(frozen.weights.values<float>(), 1.0f), 64 * 8);
  const TrainingState trained = train_dense(ones_layer, true).second;
  EXPECT_LT(std::ranges::count(trained.weights.values<float>(), 1.0f), 64 * 8);
}

TEST(Trainer, RegularizersAddToTheLoss) {
  const Dense plain{.units = 8};
  const Dense penalized{.units = 8, .kernel_regularizer = make_named<Regularizer>("l2", Json::Object{{"l2", 0.5}})};
  EXPECT_GT(train_dense(penalized, true).first, train_dense(plain, true).first + 1);
}

TEST(Trainer, DivergenceIsAnError) {
  const Quarters data;
  const CompileConfig compile = compile_with(make(SGD{.learning_rate = 1e30}));
  Trainer trainer(data.graph, compile, data.examples, {.batch_size = 32});
  TrainingState state = trainer.initial_state();
  try {
    for (int epoch = 0; epoch < 3; ++epoch) trainer.train_epoch(state);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_NE(std::string(error.what()).find("training diverged"), std::string::npos);
  }
}

TEST(Trainer, StopsWhenAsked) {
  const Quarters data;
  const CompileConfig compile = compile_with(make(SGD{}));
  std::atomic<bool> stop = false;
  Trainer trainer(data.graph, compile, data.examples,
                  {.batch_size = 8, .stop = &stop, .progress = [&](int64_t step, int64_t) { stop = step == 3; }});
  TrainingState state = trainer.initial_state();
  EXPECT_THROW(trainer.train_epoch(state), Error);
  EXPECT_EQ(state.optimizer.iterations, 3);
}

TEST(Trainer, RefusesABatchLargerThanTheData) {
  const Quarters data(10);
  const CompileConfig compile = compile_with(make(SGD{}));
  EXPECT_THROW(Trainer(data.graph, compile, data.examples, {.batch_size = 11}), Error);
}

}  // namespace
}  // namespace sluice
