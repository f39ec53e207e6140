#include "sluice/nn/planned_graph.h"

#include <gtest/gtest.h>

#include "sluice/nn/inference.h"

namespace sluice {
namespace {

/// A graph of layers one behind the other, each `Class {parameters}`.
Graph chain(const Shape& input, const std::vector<std::pair<const char*, const char*>>& layers) {
  GraphBuilder builder;
  int node = builder.input(input);
  for (const auto& [name, parameters] : layers) node = builder.call(make_layer(name, Json::parse(parameters)), {node});
  return builder.finish({node});
}

constexpr std::pair<const char*, const char*> crop = {"RandomCrop", R"({"height": 2, "width": 3})"};

std::string error(const Graph& graph, PlanMode mode) {
  try {
    planned_graph(graph, mode);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(PlannedGraph, IsTheDescribedOne) {
  const Graph graph = chain({4, 5, 2}, {{"Conv2D", R"({"filters": 3, "kernel_size": 2})"}, {"Flatten", "{}"}});
  EXPECT_FALSE(planned_graph(graph, PlanMode::training));
  EXPECT_FALSE(planned_graph(graph, PlanMode::inference));
}

TEST(PlannedGraph, LeavesWholeImagesWhereTheRestTakesThem) {
  const Graph graph =
      chain({4, 5, 2}, {crop, {"Conv2D", R"({"filters": 3, "kernel_size": 2})"}, {"GlobalMaxPooling2D", "{}"}});
  EXPECT_FALSE(planned_graph(graph, PlanMode::training));
  const std::optional<Graph> whole = planned_graph(graph, PlanMode::inference);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->nodes()[1].shape, (Shape{4, 5, 2}));
  EXPECT_EQ(whole->nodes()[2].shape, (Shape{3, 4, 3}));
  EXPECT_EQ(whole->node_name(2), graph.node_name(2));
}

TEST(PlannedGraph, LeavesWholeImagesBehindTwoCrops) {
  const Graph graph =
      chain({6, 6, 1}, {{"RandomCrop", R"({"height": 4, "width": 4})"}, crop, {"GlobalMaxPooling2D", "{}"}});
  EXPECT_EQ(planned_graph(graph, PlanMode::inference).value().nodes()[2].shape, (Shape{6, 6, 1}));
}

TEST(PlannedGraph, CropsWhereTheRestDoesNot) {
  const Graph dense = chain({4, 5, 2}, {crop, {"Flatten", "{}"}, {"Dense", R"({"units": 3})"}});
  EXPECT_FALSE(planned_graph(dense, PlanMode::inference));
  EXPECT_FALSE(planned_graph(chain({4, 5, 2}, {crop}), PlanMode::evaluation));
}

TEST(PlannedGraph, CropsWithChannelsFirst) {
  const Graph graph = chain({2, 4, 5}, {{"RandomCrop", R"({"height": 2, "width": 3, "data_format": "channels_first"})"},
                                        {"GlobalMaxPooling2D", R"({"data_format": "channels_first"})"}});
  EXPECT_EQ(planned_graph(graph, PlanMode::inference).value().nodes()[1].shape, (Shape{2, 4, 5}));
}

constexpr std::pair<const char*, const char*> masked = {
    "Embedding", R"({"input_dim": 4, "output_dim": 2, "mask_zero": true, "embeddings_initializer": "ones"})"};

TEST(PlannedGraph, MeansOfStepsThatCount) {
  const Graph graph = chain({3}, {masked, {"Rescaling", R"({"scale": [2, 3]})"}, {"GlobalAveragePooling1D", "{}"}});
  const std::optional<Graph> planned = planned_graph(graph, PlanMode::training);
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->nodes()[3].inputs, (std::vector<int>{2, 0}));
  const Tensor rows = Tensor::of<float>({2, 3}, std::vector<float>{0, 3, 1, 0, 2, 0});
  const Tensor weights =
      Tensor::of<float>({graph.weight_size()}, std::vector<float>{7, 7, 1, 10, 2, 20, 5, 50, 0, 0, 0, 0, 0, 0, 0, 0});
  const Tensor means = predict(graph, weights, bind_inputs(graph, {{"", rows}}))[0];
  const auto values = means.values<float>();
  EXPECT_EQ(std::vector<float>(values.begin(), values.end()), (std::vector<float>{6, 90, 4, 60}));
}

TEST(PlannedGraph, MasksEndAtLayersThatMixSteps) {
  EXPECT_FALSE(planned_graph(chain({3}, {masked, {"Flatten", "{}"}}), PlanMode::training));
  EXPECT_FALSE(planned_graph(
      chain({3}, {masked, {"Conv1D", R"({"filters": 1, "kernel_size": 2})"}, {"GlobalAveragePooling1D", "{}"}}),
      PlanMode::training));
}

TEST(PlannedGraph, RefusesMasksThatActOnOtherLayers) {
  EXPECT_EQ(error(chain({3}, {masked, {"Softmax", "{}"}, {"Flatten", "{}"}}), PlanMode::inference),
            "[Softmax softmax] the mask of an Embedding with mask_zero acts on this layer, which is not supported");
  const Graph normalized = chain({3}, {masked, {"BatchNormalization", "{}"}, {"Flatten", "{}"}});
  EXPECT_EQ(error(normalized, PlanMode::inference), "");
  EXPECT_EQ(
      error(normalized, PlanMode::training),
      "[BatchNormalization batch_normalization] the mask of an Embedding with mask_zero acts on the statistics of "
      "a batch, which is not supported");
  EXPECT_EQ(error(chain({3}, {masked}), PlanMode::inference), "");
  EXPECT_EQ(
      error(chain({3}, {masked}), PlanMode::evaluation),
      "[Embedding embedding] the mask of an Embedding with mask_zero acts on the loss of this output, which is not "
      "supported");
}

}  // namespace
}  // namespace sluice
