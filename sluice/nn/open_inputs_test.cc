#include "sluice/nn/open_inputs.h"

#include <gtest/gtest.h>

#include "sluice/nn/layers/input.h"

namespace sluice {
namespace {

using Rows = std::vector<std::pair<std::string, Shape>>;

/// A network of one layer over images of any height and width.
Graph open_network(const char* layer, const char* parameters) {
  GraphBuilder builder;
  const int input = builder.input(Input{.shape = {8, 8, 1}, .dtype = "float32", .open = {1, 2}}, "image");
  return builder.finish({builder.call(make_layer(layer, Json::parse(parameters)), {input})});
}

TEST(OpenInputs, TakeTheSizeOfTheRows) {
  const Graph graph = open_network("Conv2D", R"({"filters": 2, "kernel_size": 3})");
  const Graph bound = bound_graph(graph, Rows{{"", {5, 9, 1}}});
  EXPECT_EQ(bound.nodes()[1].shape, (Shape{3, 7, 2}));
  EXPECT_EQ(bound.node_name(0), "image");
  EXPECT_EQ(bound.weight_size(), graph.weight_size());
  EXPECT_EQ(bound_graph(bound, Rows{{"image", {28, 28}}}).nodes()[1].shape, (Shape{26, 26, 2}));
}

TEST(OpenInputs, LeaveOtherInputsAlone) {
  const Graph graph = open_network("Flatten", "{}");
  EXPECT_EQ(bound_graph(graph, Rows{{"", {64}}}).nodes()[1].shape, (Shape{64}));
  GraphBuilder builder;
  const Graph closed = builder.finish({builder.call(make_layer("Flatten", {}), {builder.input({8, 8, 1})})});
  EXPECT_EQ(bound_graph(closed, Rows{{"", {5, 9, 1}}}).nodes()[0].shape, (Shape{8, 8, 1}));
}

TEST(OpenInputs, NameTheLayerThatCannotTakeThem) {
  const auto refusal = [](const Graph& graph) -> std::string {
    try {
      bound_graph(graph, Rows{{"", {2, 9, 1}}});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_TRUE(refusal(open_network("Conv2D", R"({"filters": 2, "kernel_size": 3})")).starts_with("[Conv2D conv2d] "));
  EXPECT_EQ(refusal(open_network("PReLU", "{}")),
            "[PReLU p_re_lu] alpha is of [8, 8, 1], the input wants one of [2, 9, 1]");
}

}  // namespace
}  // namespace sluice
