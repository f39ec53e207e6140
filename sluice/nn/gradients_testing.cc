#include "sluice/nn/gradients_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sluice/base/random.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/plan.h"
#include "sluice/nn/scores.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice::testing {
namespace {

/// The loss of one batch as a function of the weights, and its gradient.
struct Objective {
  const Graph& graph;
  CompileConfig compile;
  Examples examples;
  Plan plan;
  std::vector<int64_t> row_index;
  Tensor gradients;

  Objective(const Graph& graph_, const CompileConfig& compile_, const Examples& examples_)
      : graph(graph_),
        compile(compile_),
        examples(examples_),
        plan(graph, &compile, PlanMode::training, examples.rows()),
        row_index(examples.rows()),
        gradients(DType::float32, {graph.weight_size()}) {
    std::iota(row_index.begin(), row_index.end(), 0);
  }

  double operator()(const Tensor& weights) {
    plan.run({&examples, row_index.data(), examples.rows()}, weights.values<float>().data(),
             {.gradients = gradients.values<float>().data(), .seed = 5, .number = 3});
    return mean_scores(graph, compile, plan.sums(), examples.rows())[0].second;
  }
};

/// The slopes on both sides of a point.
struct Slopes {
  double below = 0;
  double above = 0;
  double mean() const { return (below + above) / 2; }
  /// Of a smooth function in proportion to the distance; of one with a kink at the point the same at every distance.
  double bend() const { return above - below; }
};

template <class LossAt>
Slopes slopes_around(double here, LossAt loss_at, float distance) {
  return {(here - loss_at(-distance)) / static_cast<double>(distance),
          (loss_at(distance) - here) / static_cast<double>(distance)};
}

}  // namespace

Tensor random_tensor(Shape shape, uint32_t stream) {
  Tensor tensor(DType::float32, std::move(shape));
  Random random(11, Purpose::fuzz, stream);
  auto values = tensor.values<float>();
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(2 * random.uniform(i) - 1);
  return tensor;
}

void expect_gradients(const Graph& graph, const CompileConfig& compile, const Examples& examples) {
  KernelScope scope;
  Objective objective(graph, compile, examples);
  Tensor weights = graph.initial_weights(3);
  const double here = objective(weights);
  const std::vector<float> gradient(objective.gradients.values<float>().begin(),
                                    objective.gradients.values<float>().end());
  float largest = 0;
  for (const float slope : gradient) largest = std::max(largest, std::abs(slope));
  auto tolerance = [noise = 2e-4 + std::min(4e-3, 0.03 * largest)](double slope) {
    return noise + 0.02 * std::abs(slope);
  };
  int64_t compared = 0, all = 0;
  for (size_t v = 0; v < graph.variables().size(); ++v) {
    if (!graph.variables()[v].spec.trainable) continue;
    auto values = variable_values(graph, weights, v).values<float>();
    const size_t stride = 1 + values.size() / 60;  // large kernels: a sample of the weights
    for (size_t i = 0; i < values.size(); i += stride, ++all) {
      auto loss_at = [&](float distance) {
        const float kept = values[i];
        values[i] = kept + distance;
        const double loss = objective(weights);
        values[i] = kept;
        return loss;
      };
      const Slopes wide = slopes_around(here, loss_at, 6e-3f), narrow = slopes_around(here, loss_at, 3e-3f);
      const double slope = narrow.mean();
      if (std::abs(wide.mean() - slope) > tolerance(slope)) continue;
      if (std::abs(wide.bend() - 2 * narrow.bend()) > tolerance(slope)) continue;
      ++compared;
      const double got = gradient[static_cast<size_t>(graph.variables()[v].offset) + i];
      ASSERT_NEAR(got, slope, tolerance(slope))
          << graph.variables()[v].spec.name << "[" << i << "] of " << graph.layers()[graph.variables()[v].layer].name;
    }
  }
  EXPECT_GE(compared * 3, all * 2) << "too few weights without a kink nearby";
}

CompileConfig squared_error() { return {nullptr, {find_loss("mse")}, {{}}}; }

void expect_gradients(const LayerPtr& layer, const Shape& shape) {
  GraphBuilder builder;
  int node = builder.input(shape);
  node = builder.call(make(Dense{.units = shape.back()}), {node});
  node = builder.call(layer, {node});
  Shape labels{5};
  labels.insert(labels.end(), builder.shape(node).begin(), builder.shape(node).end());
  const Graph graph = builder.finish({node});
  Shape rows{5};
  rows.insert(rows.end(), shape.begin(), shape.end());
  expect_gradients(graph, squared_error(), {{random_tensor(rows, 1)}, {random_tensor(labels, 2)}});
}

void expect_gradients_in_lanes(const LayerPtr& layer) {
  GraphBuilder builder;
  int node = builder.input({5, 5, 1});
  node = builder.call(make(Conv2D{.filters = 3, .kernel_size = {2, 2}}), {node});
  node = builder.call(layer, {node});
  Shape labels{5};
  labels.insert(labels.end(), builder.shape(node).begin(), builder.shape(node).end());
  const Graph graph = builder.finish({node});
  expect_gradients(graph, squared_error(), {{random_tensor({5, 5, 5, 1}, 1)}, {random_tensor(labels, 2)}});
}

void expect_gradients_of_inputs(const LayerPtr& layer, const std::vector<Shape>& shapes, bool in_lanes) {
  GraphBuilder builder;
  std::vector<int> branches;
  Examples examples;
  for (size_t i = 0; i < shapes.size(); ++i) {
    Shape rows = shapes[i];
    if (in_lanes) rows.back() = 1;
    const int input = builder.input(rows);
    branches.push_back(builder.call(in_lanes ? make(Conv2D{.filters = shapes[i].back(), .kernel_size = {1, 1}})
                                             : make(Dense{.units = shapes[i].back()}),
                                    {input}));
    rows.insert(rows.begin(), 5);
    examples.inputs.push_back(random_tensor(rows, static_cast<uint32_t>(i) + 7));
  }
  const int node = builder.call(layer, branches);
  Shape labels = builder.shape(node);
  labels.insert(labels.begin(), 5);
  examples.labels.push_back(random_tensor(labels, 2));
  expect_gradients(builder.finish({node}), squared_error(), examples);
}

}  // namespace sluice::testing
