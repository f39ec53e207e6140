#include "sluice/data/dataset.h"

#include <gmock/gmock.h>

#include <set>

#include "sluice/formats/format_testing.h"

namespace sluice {
namespace {

using namespace testing;
using ::testing::ElementsAre;

Tensor bytes(Shape shape, std::vector<uint8_t> values) { return Tensor::of<uint8_t>(std::move(shape), values); }

Dataset example() {
  return {.inputs = {{"", bytes({3, 2}, {1, 2, 3, 4, 5, 6})}}, .labels = {{"", bytes({3}, {7, 8, 9})}}};
}

TEST(Dataset, TakesRowsOfInputsAndLabels) {
  std::vector<int64_t> rows = {2, 0};
  Dataset taken = example().take(rows);
  EXPECT_EQ(taken.rows(), 2);
  EXPECT_THAT(taken.inputs[0].second.values<uint8_t>(), ElementsAre(5, 6, 1, 2));
  EXPECT_THAT(taken.labels[0].second.values<uint8_t>(), ElementsAre(9, 7));
}

TEST(Dataset, SlicesRowsOfInputsAndLabels) {
  Dataset slice = example().slice(1, 3);
  EXPECT_EQ(slice.rows(), 2);
  EXPECT_THAT(slice.inputs[0].second.values<uint8_t>(), ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(slice.labels[0].second.values<uint8_t>(), ElementsAre(8, 9));
}

TEST(Dataset, HasAHashThatNeverChanges) { EXPECT_EQ(example().content_hash(), "4ffc608ff2804c0f87fc1d2087e2bdb4"); }

TEST(Dataset, HashesNamesTypesShapesElementsAndRoles) {
  Dataset data = example();
  std::vector<Dataset> others(6, data);
  others[1].inputs[0].first = "x";
  others[2].inputs[0].second = bytes({3, 2}, {1, 2, 3, 4, 5, 7});
  others[3].inputs[0].second = bytes({3, 2, 1}, {1, 2, 3, 4, 5, 6});
  others[4].labels[0].second = Tensor::of<int8_t>({3}, std::vector<int8_t>{7, 8, 9});
  others[5].inputs.push_back(others[5].labels[0]);
  others[5].labels.clear();
  std::set<std::string> hashes;
  for (const Dataset& other : others) hashes.insert(other.content_hash());
  EXPECT_EQ(hashes.size(), others.size());
}

TEST(Dataset, RefusesDifferentNumbersOfRows) {
  Tensor three = bytes({3}, {1, 2, 3});
  Tensor one = bytes({1}, {1});
  std::vector<SourcedTensor> arrays = {{"images.idx", three}, {"labels.idx", one}};
  expect_error([&] { check_same_rows(arrays); }, "images.idx has 3 rows, labels.idx has 1 row");
  arrays[1].tensor = Tensor(DType::uint8, {0});
  expect_error([&] { check_same_rows(arrays); }, "labels.idx has no rows");
  arrays[1].tensor = Tensor(DType::uint8, {});
  expect_error([&] { check_same_rows(arrays); }, "labels.idx is a single value, expected rows");
}

}  // namespace
}  // namespace sluice
