#include "sluice/nn/adapt.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sluice/base/random.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/layers/normalization.h"
#include "sluice/nn/layers/rescaling.h"
#include "sluice/nn/optimizers/sgd.h"
#include "sluice/nn/trainer.h"

namespace sluice {
namespace {

Tensor images(int64_t rows) {
  Tensor tensor(DType::uint8, {rows, 3, 2, 2});
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor.values<uint8_t>()[i] =
        static_cast<uint8_t>(Random(1, Purpose::fuzz).below(static_cast<uint64_t>(i), 100) + (i % 2 == 0 ? 100 : 0));
  return tensor;
}

/// Mean and variance of the elements from `first` on in steps, each times `factor`.
std::pair<double, double> moments(const Tensor& tensor, int64_t first, int64_t step, double factor) {
  double sum = 0, squares = 0, count = 0;
  for (int64_t i = first; i < tensor.size(); i += step, ++count)
    sum += static_cast<double>(tensor.values<uint8_t>()[i]) * factor;
  for (int64_t i = first; i < tensor.size(); i += step)
    squares += std::pow(static_cast<double>(tensor.values<uint8_t>()[i]) * factor - sum / count, 2);
  return {sum / count, squares / count};
}

std::vector<float> variable(const Graph& graph, const Tensor& weights, const std::string& layer,
                            const std::string& name) {
  for (size_t i = 0; i < graph.variables().size(); ++i) {
    const Variable& variable = graph.variables()[i];
    if (graph.layers()[variable.layer].name != layer || variable.spec.name != name) continue;
    const Tensor values = variable_values(graph, weights, i);
    return {values.values<float>().begin(), values.values<float>().end()};
  }
  return {};
}

TEST(Adapt, TakesTheStatisticsOfAllRows) {
  GraphBuilder builder;
  int node = builder.call(make(Normalization{}), {builder.input({3, 2, 2})}, "of_channels");
  const Graph graph = builder.finish({node});
  const Tensor rows = images(201);
  Tensor weights = graph.initial_weights(0);
  adapt(graph, {{rows}, {}}, weights);
  for (int64_t channel : {0, 1}) {
    const auto [mean, variance] = moments(rows, channel, 2, 1);
    EXPECT_NEAR(variable(graph, weights, "of_channels", "mean")[static_cast<size_t>(channel)], mean, 1e-4);
    EXPECT_NEAR(variable(graph, weights, "of_channels", "variance")[static_cast<size_t>(channel)], variance, 1e-3);
  }
}

TEST(Adapt, SeesWhatIsBeforeTheLayer) {
  GraphBuilder builder;
  int node = builder.input({3, 2, 2});
  node = builder.call(make(Rescaling{.scale = 0.01}), {node});
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(Normalization{}), {node}, "of_elements");
  node = builder.call(make(Normalization{.axis = {}}), {node}, "of_all");
  const Graph graph = builder.finish({builder.call(make(Dense{.units = 2}), {node})});
  const Tensor rows = images(130);
  Tensor weights = graph.initial_weights(0);
  adapt(graph, {{rows}, {}}, weights);
  const auto means = variable(graph, weights, "of_elements", "mean");
  ASSERT_EQ(means.size(), 12u);
  for (int64_t i = 0; i < 12; ++i) EXPECT_NEAR(means[static_cast<size_t>(i)], moments(rows, i, 12, 0.01).first, 1e-5);
  EXPECT_NEAR(variable(graph, weights, "of_all", "mean")[0], 0, 1e-5);  // The first one is applied.
  EXPECT_NEAR(variable(graph, weights, "of_all", "variance")[0], 1, 1e-4);
}

TEST(Adapt, KeepsDigitsWhereTheMeanIsLarge) {
  GraphBuilder builder;
  const Graph graph = builder.finish({builder.call(make(Normalization{}), {builder.input({1})}, "normal")});
  Tensor rows(DType::float32, {1000, 1});
  for (int64_t i = 0; i < 1000; ++i) rows.values<float>()[i] = 1e6f + static_cast<float>(i % 2);
  Tensor weights = graph.initial_weights(0);
  adapt(graph, {{rows}, {}}, weights);
  EXPECT_EQ(variable(graph, weights, "normal", "variance")[0], 0.25f);
}

TEST(Adapt, HappensBeforeTheFirstEpochAndStays) {
  GraphBuilder builder;
  int node = builder.call(make(Flatten{}), {builder.input({3, 2, 2})});
  node = builder.call(make(Normalization{}), {node}, "normal");
  const Graph graph = builder.finish({builder.call(make(Dense{.units = 1}), {node})});
  const Tensor rows = images(40);
  const CompileConfig compile{make(SGD{}), {find_loss("mse")}, {{}}};
  const Examples examples{{rows}, {Tensor(DType::float32, {40, 1})}};
  Trainer trainer(graph, compile, examples, {.batch_size = 8});
  TrainingState state = trainer.initial_state();
  const auto means = variable(graph, state.weights, "normal", "mean");
  EXPECT_NEAR(means[3], moments(rows, 3, 12, 1).first, 1e-4);
  trainer.train_epoch(state);
  EXPECT_EQ(variable(graph, state.weights, "normal", "mean"), means);
}

TEST(Adapt, StopsWhenAsked) {
  GraphBuilder builder;
  const Graph graph = builder.finish({builder.call(make(Normalization{}), {builder.input({3, 2, 2})})});
  Tensor weights = graph.initial_weights(0);
  const std::atomic<bool> stop = true;
  EXPECT_THROW(adapt(graph, {{images(4)}, {}}, weights, &stop), Error);
}

}  // namespace
}  // namespace sluice
