#include "sluice/nn/row_blocks.h"

#include <gtest/gtest.h>

#include <numeric>

#include "sluice/base/random.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/dropout.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/layers/pooling2d.h"
#include "sluice/nn/optimizers/sgd.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

constexpr int64_t large = 1 << 15;  // floats of a row of which four fill a block

KernelCall by_rows(const std::string& kernel, Buffer from, Buffer to) {
  return {.kernel = kernel, .reads = {from}, .writes = {to}, .by_rows = true};
}

std::string kernels(const std::vector<KernelCall>& calls) {
  std::string all;
  for (const KernelCall& call : calls) all += call.kernel;
  return all;
}

struct Division {
  std::string kernels;
  std::vector<std::pair<size_t, int64_t>> blocks;
};

/// Buffers 0 to 3 are of rows, 4 is not.
Division divided(std::vector<KernelCall> calls, bool in_lanes = false) {
  BufferSizes sizes{.floats = std::vector<int64_t>(5, 64 * large), .floats_of_row = std::vector<int64_t>(5, large)};
  sizes.in_lanes.assign(5, in_lanes);
  sizes.floats[4] = 100;
  sizes.floats_of_row[4] = 0;
  Division result;
  for (const RowBlocks& blocks : divide_into_row_blocks(calls, sizes, 64))
    result.blocks.emplace_back(blocks.end, blocks.rows);
  result.kernels = kernels(calls);
  return result;
}

using Blocks = std::vector<std::pair<size_t, int64_t>>;

TEST(RowBlocks, TakesNeighboursTogether) {
  const Division division = divided({by_rows("a", {0}, {1}), by_rows("b", {1}, {2}), by_rows("c", {2}, {3})});
  EXPECT_EQ(division.blocks, (Blocks{{3, 2}}));
}

TEST(RowBlocks, LeavesASingleCallWhole) { EXPECT_EQ(divided({by_rows("a", {0}, {1})}).blocks, (Blocks{{1, 64}})); }

TEST(RowBlocks, TakesWholeGroupsOfLanes) {
  const Division division = divided({by_rows("a", {0}, {1}), by_rows("b", {1}, {2})}, true);
  EXPECT_EQ(division.blocks, (Blocks{{2, lanes()}}));
}

TEST(RowBlocks, MovesAheadWhatNeedsNothing) {
  KernelCall pack{.kernel = "p", .writes = {{4}}};
  const Division division = divided({by_rows("a", {0}, {1}), pack, by_rows("b", {1}, {2})});
  EXPECT_EQ(division.kernels, "pab");
  EXPECT_EQ(division.blocks, (Blocks{{1, 64}, {3, 2}}));
}

TEST(RowBlocks, EndsBeforeWhatNeedsAllRows) {
  for (const KernelCall& other :
       {KernelCall{.kernel = "x", .reads = {{1}}, .writes = {{4}}}, KernelCall{.kernel = "x", .writes = {{0}}},
        KernelCall{.kernel = "x", .writes = {{4}}, .effect = true}}) {
    const Division division = divided({by_rows("a", {0}, {1}), other, by_rows("b", {1}, {2})});
    EXPECT_EQ(division.kernels, "axb");
    EXPECT_EQ(division.blocks, (Blocks{{1, 64}, {2, 64}, {3, 64}}));
  }
}

/// Images so large that a batch takes several blocks, in rows or, with few filters, in lanes.
Graph graph_of_large_images(int filters) {
  const auto conv = [](int count) {
    return make(
        Conv2D{.filters = count, .kernel_size = {3, 3}, .padding = Padding::same, .activation = Activation::relu});
  };
  GraphBuilder builder;
  int node = builder.input({96, 96, 1});
  for (int count : {filters, 2 * filters}) node = builder.call(conv(count), {node});
  node = builder.call(make(MaxPooling2D{}), {node});
  node = builder.call(make(Dropout{.rate = 0.2}), {node});
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(Dense{.units = 3, .activation = Activation::softmax}), {node});
  return builder.finish({node});
}

struct Batch {
  Examples examples;
  std::vector<int64_t> rows;

  explicit Batch(int64_t size) : rows(static_cast<size_t>(size)) {
    Tensor images(DType::float32, {size, 96, 96, 1}), labels(DType::int32, {size});
    const Random random(3, Purpose::fuzz);
    for (int64_t i = 0; i < images.size(); ++i)
      images.values<float>()[i] = static_cast<float>(random.normal(static_cast<uint64_t>(i)));
    for (int64_t i = 0; i < size; ++i) labels.values<int32_t>()[i] = static_cast<int32_t>(i % 3);
    examples = {{images}, {labels}, {}};
    std::iota(rows.begin(), rows.end(), 0);
  }
};

class RowBlocksOfPlans : public ::testing::TestWithParam<int> {};

/// The gradients of a batch are the mean of those of its rows, each by a plan that has no blocks.
TEST_P(RowBlocksOfPlans, GiveTheGradientsOfTheRows) {
  const KernelScope scope;
  constexpr int64_t count = 37;
  const Graph graph = graph_of_large_images(GetParam());
  const CompileConfig compile{make(SGD{}), {make_named<Loss>("SparseCategoricalCrossentropy", Json::Object{})}, {{}}};
  const Batch batch(count);
  const Tensor initial = graph.initial_weights(5);
  const float* weights = initial.values<float>().data();
  std::vector<float> together(static_cast<size_t>(graph.weight_size())), alone(together), sums(together);

  Plan whole(graph, &compile, PlanMode::training, count);
  whole.run({&batch.examples, batch.rows.data(), count}, weights, {.gradients = together.data(), .seed = 2});
  Plan single(graph, &compile, PlanMode::training, 1);
  for (int64_t row = 0; row < count; ++row) {
    single.run({&batch.examples, batch.rows.data() + row, 1, {.before = row, .after = count - 1 - row}}, weights,
               {.gradients = alone.data(), .seed = 2});
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += alone[i];
  }
  float largest = 0;
  for (float gradient : sums) largest = std::max(largest, std::abs(gradient));
  for (size_t i = 0; i < sums.size(); ++i) ASSERT_NEAR(together[i], sums[i], 1e-4f * largest) << "weight " << i;
}

/// In inference a row is the same bits in any block.
TEST_P(RowBlocksOfPlans, GiveTheOutputsOfTheRows) {
  const KernelScope scope;
  constexpr int64_t count = 37;
  const Graph graph = graph_of_large_images(GetParam());
  const Batch batch(count);
  const Tensor initial = graph.initial_weights(5);
  const float* weights = initial.values<float>().data();
  Plan whole(graph, nullptr, PlanMode::inference, count), single(graph, nullptr, PlanMode::inference, 1);
  whole.prepare(weights);
  single.prepare(weights);
  whole.run({&batch.examples, batch.rows.data(), count}, weights);
  for (int64_t row = 0; row < count; ++row) {
    single.run({&batch.examples, batch.rows.data() + row, 1}, weights);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(whole.output(0)[row * 3 + i], single.output(0)[i]) << "row " << row;
  }
  EXPECT_LT(whole.arena_bytes(), count * single.arena_bytes() / 2);
}

INSTANTIATE_TEST_SUITE_P(Layouts, RowBlocksOfPlans, ::testing::Values(16, 3), [](const auto& info) {
  return info.param == 16 ? std::string("rows") : std::string("lanes");
});

}  // namespace
}  // namespace sluice
