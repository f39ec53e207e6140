#include "sluice/nn/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "sluice/nn/layers/dense.h"
#include "sluice/nn/optimizers/adam.h"
#include "sluice/nn/optimizers/sgd.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

/// Weights of a Dense layer, [3, 7] and [7]: neither fills its vectors.
struct Weights {
  Graph graph = make_graph();
  Tensor weights = graph.initial_weights(1);
  Tensor gradients{DType::float32, weights.shape()};

  static Graph make_graph() {
    GraphBuilder builder;
    const int node = builder.call(make(Dense{.units = 7}), {builder.input({3})});
    return builder.finish({node});
  }

  std::span<float> values(size_t variable) { return variable_values(graph, weights, variable).values<float>(); }
  std::span<float> slopes(size_t variable) { return variable_values(graph, gradients, variable).values<float>(); }

  void set_slopes(float value) {
    for (size_t i = 0; i < graph.variables().size(); ++i) std::ranges::fill(slopes(i), value);
  }
  void step(const Optimizer& optimizer, OptimizerState& state) {
    optimizer.update({weights.values<float>(), gradients.values<float>(), graph.variables()}, state);
  }
  OptimizerState state_of(const Optimizer& optimizer) const { return optimizer.initial_state(weights.size()); }
};

/// Whether everything between the variables is still as at the start.
void expect_padding(const Graph& graph, const Tensor& tensor, float value) {
  std::vector<bool> used(static_cast<size_t>(tensor.size()));
  for (const Variable& variable : graph.variables()) {
    for (int64_t i = 0; i < element_count(variable.spec.shape); ++i)
      used[static_cast<size_t>(variable.offset + i)] = true;
  }
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    EXPECT_EQ(tensor.values<float>()[i], value) << i;
  }
}

class EveryOptimizer : public testing::TestWithParam<std::string> {
 protected:
  OptimizerPtr create(const Json& parameters = Json::object()) const { return make_optimizer(GetParam(), parameters); }
};

/// A rate that gets somewhere in some hundred steps.
double rate_for(const std::string& optimizer) {
  if (optimizer == "Adadelta") return 100;
  return optimizer == "Adagrad" ? 1 : 0.01;
}

/// The distance to a point shrinks when the gradient leads away from it.
TEST_P(EveryOptimizer, FindsTheLeastOfASquare) {
  const KernelScope scope;
  Weights w;
  const OptimizerPtr optimizer = create(Json::Object{{"learning_rate", rate_for(GetParam())}});
  OptimizerState state = w.state_of(*optimizer);
  auto distance = [&] {
    double sum = 0;
    for (float value : w.values(0)) sum += std::abs(value - 0.3f);
    return sum;
  };
  const double before = distance();
  for (int step = 0; step < 300; ++step) {
    for (size_t i = 0; i < 2; ++i) {
      for (size_t k = 0; k < w.values(i).size(); ++k) w.slopes(i)[k] = w.values(i)[k] - 0.3f;
    }
    w.step(*optimizer, state);
  }
  EXPECT_LT(distance(), before / 4);
  EXPECT_EQ(state.iterations, 300);
  expect_padding(w.graph, w.weights, 0);
}

TEST_P(EveryOptimizer, WeightDecayComesBeforeTheRule) {
  const KernelScope scope;
  Weights plain, decayed;
  const OptimizerPtr without = create(Json::Object{{"learning_rate", 0.5}, {"weight_decay", nullptr}});
  const OptimizerPtr with = create(Json::Object{{"learning_rate", 0.5}, {"weight_decay", 0.25}});
  OptimizerState a = plain.state_of(*without), b = decayed.state_of(*with);
  const std::vector<float> start(plain.values(0).begin(), plain.values(0).end());
  plain.set_slopes(0.25f);
  decayed.set_slopes(0.25f);
  plain.step(*without, a);
  decayed.step(*with, b);
  for (size_t i = 0; i < start.size(); ++i) {
    EXPECT_NEAR(decayed.values(0)[i], plain.values(0)[i] - 0.125f * start[i], 1e-6);
  }
}

TEST_P(EveryOptimizer, IsMadeAgainFromItsConfig) {
  const OptimizerPtr optimizer = create(Json::Object{{"clipnorm", 0.5}, {"use_ema", true}});
  EXPECT_EQ(make_optimizer(GetParam(), optimizer->config())->config(), optimizer->config());
  EXPECT_EQ(optimizer->slots().front().name, "average");
  EXPECT_EQ(create(Json::Object{{"gradient_accumulation_steps", 3}})->slots().size(), create()->slots().size() + 1);
  EXPECT_THROW(create(Json::Object{{"clipnorm", 0.5}, {"clipvalue", 0.5}}), Error);
  EXPECT_THROW(create(Json::Object{{"gradient_accumulation_steps", 1}}), Error);
}

TEST_P(EveryOptimizer, TakesASchedule) {
  const Json schedule = Json::Object{{"CosineDecay", Json::Object{{"initial_learning_rate", 0.5}}}};
  const OptimizerPtr open = create(Json::Object{{"learning_rate", schedule}});
  const OptimizerPtr optimizer = with_steps(open, 10);
  OptimizerState state = optimizer->initial_state(16);
  EXPECT_EQ(optimizer->learning_rate(state), 0.5);
  state.iterations = 5;
  EXPECT_DOUBLE_EQ(optimizer->learning_rate(state), 0.25);
  EXPECT_EQ(make_optimizer(GetParam(), optimizer->config())->config(), optimizer->config());
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const OptimizerType& type : named_types(static_cast<const Optimizer*>(nullptr)))
    names.push_back(type.class_name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, EveryOptimizer, testing::ValuesIn(names()), [](const auto& info) { return info.param; });

TEST(Optimizer, ClipsEachNormAllNormsAndValues) {
  const KernelScope scope;
  auto change_of = [](const SGD& parameters, size_t variable) {
    Weights w;
    const OptimizerPtr optimizer = make(parameters);
    OptimizerState state = w.state_of(*optimizer);
    w.set_slopes(-2);
    const float before = w.values(variable)[0];
    w.step(*optimizer, state);
    return w.values(variable)[0] - before;
  };
  SGD limited{.learning_rate = 1};
  limited.clipnorm = 0.5;
  EXPECT_NEAR(change_of(limited, 0), 0.5 / std::sqrt(21.0), 1e-6);
  EXPECT_NEAR(change_of(limited, 1), 0.5 / std::sqrt(7.0), 1e-6);
  limited.clipnorm = 100;
  EXPECT_NEAR(change_of(limited, 0), 2, 1e-6);
  limited.clipnorm = std::nullopt;
  limited.global_clipnorm = 0.5;
  EXPECT_NEAR(change_of(limited, 0), 0.5 / std::sqrt(28.0), 1e-6);
  limited.global_clipnorm = std::nullopt;
  limited.clipvalue = 0.125;
  EXPECT_NEAR(change_of(limited, 1), 0.125, 1e-6);
}

TEST(Optimizer, AccumulatesBeforeAnUpdate) {
  const KernelScope scope;
  Weights w;
  SGD parameters{.learning_rate = 1};
  parameters.gradient_accumulation_steps = 3;
  const OptimizerPtr optimizer = make(parameters);
  OptimizerState state = w.state_of(*optimizer);
  const float before = w.values(0)[0];
  for (float slope : {1.0f, 2.0f, 6.0f}) {
    EXPECT_EQ(w.values(0)[0], before);
    w.set_slopes(slope);
    w.step(*optimizer, state);
  }
  EXPECT_NEAR(w.values(0)[0], before - 3, 1e-6);
  EXPECT_EQ(state.slots[0].values<float>()[0], 0);
  EXPECT_EQ(state.iterations, 3);
}

TEST(Optimizer, EndsWithTheMovingAverage) {
  const KernelScope scope;
  Weights w;
  SGD parameters{.learning_rate = 1};
  parameters.use_ema = true;
  parameters.ema_momentum = 0.75;
  const OptimizerPtr optimizer = make(parameters);
  OptimizerState state = w.state_of(*optimizer);
  const float before = w.values(0)[0];
  for (int step = 0; step < 2; ++step) {
    w.set_slopes(1);
    w.step(*optimizer, state);
  }
  EXPECT_NEAR(w.values(0)[0], before - 2, 1e-6);
  optimizer->finish(w.weights.values<float>(), state);
  EXPECT_NEAR(w.values(0)[0], before - 1.25, 1e-6);
}

TEST(Optimizer, ARateFromOutsideStandsForItsOwn) {
  const OptimizerPtr optimizer = make(Adam{.learning_rate = 0.25});
  OptimizerState state = optimizer->initial_state(16);
  EXPECT_EQ(optimizer->learning_rate(state), 0.25);
  state.learning_rate = 0.125;
  EXPECT_EQ(optimizer->learning_rate(state), 0.125);
  EXPECT_EQ(with_learning_rate(*optimizer, 0.5)->learning_rate().value, 0.5);
  EXPECT_EQ(with_steps(optimizer, 10), optimizer);
}

TEST(Optimizer, DecaysOfAdamWAndItsNumberAreKeras) {
  EXPECT_EQ(make(AdamW{})->config().at("weight_decay"), Json(0.004));
  const OptimizerPtr nadam = make_optimizer("Nadam", Json::object());
  OptimizerState state = nadam->initial_state(16);
  EXPECT_EQ(nadam->numbers(state).at(0), 1);
  state.iterations = 2;
  EXPECT_NEAR(nadam->numbers(state).at(0), 0.9 * (1 - 0.5 * 0.96) * 0.9 * (1 - 0.5 * 0.96 * 0.96), 1e-12);
}

}  // namespace
}  // namespace sluice
