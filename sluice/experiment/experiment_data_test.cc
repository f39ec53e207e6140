#include "sluice/experiment/experiment_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sluice/base/random.h"
#include "sluice/experiment/tiny_experiment_testing.h"
#include "sluice/formats/npz.h"

namespace sluice {
namespace {

using sluice::testing::error_of;
using sluice::testing::make_tiny_experiment;
using ::testing::HasSubstr;

TEST(ExperimentData, HoldsBackValidationRows) {
  auto tiny = make_tiny_experiment();
  EXPECT_EQ(tiny.data.train.rows(), 80);
  EXPECT_EQ(tiny.data.validation.rows(), 16);
  EXPECT_EQ(tiny.data.test.rows(), 32);
  EXPECT_EQ(tiny.data.input_shapes(), (NamedShapes{{"", {4}}}));
}

TEST(ExperimentData, DrawsThemByTheDataSeedAlone) {
  auto first = make_tiny_experiment();
  auto same = make_tiny_experiment({"search.seed=99"});
  auto other = make_tiny_experiment({"data.seed=1"});
  EXPECT_EQ(first.data.validation.content_hash(), same.data.validation.content_hash());
  EXPECT_NE(first.data.validation.content_hash(), other.data.validation.content_hash());
  EXPECT_EQ(first.data.hashes, other.data.hashes);
}

TEST(ExperimentData, TakesTheFirstOfThePermutationInRisingOrder) {
  auto whole = make_tiny_experiment({"data.validation=null"});
  auto split = make_tiny_experiment();
  auto order = Random(0, Purpose::validation_split).permutation(96);
  std::set<int64_t> held(order.begin(), order.begin() + 16);
  std::vector<int64_t> rows(held.begin(), held.end());
  EXPECT_EQ(split.data.validation.content_hash(), whole.data.train.take(rows).content_hash());
}

TEST(ExperimentData, PutsHeldBackRowsBack) {
  auto whole = make_tiny_experiment({"data.validation=null"});
  auto split = make_tiny_experiment();
  auto merged = in_file_order(split.data);
  EXPECT_EQ(merged.train.content_hash(), whole.data.train.content_hash());
  EXPECT_EQ(merged.validation.rows(), 0);
  EXPECT_EQ(in_file_order(whole.data).train.content_hash(), whole.data.train.content_hash());
}

TEST(ExperimentData, TakesAShareOrASource) {
  EXPECT_EQ(make_tiny_experiment({"data.validation=0.25"}).data.validation.rows(), 24);
  auto tiny = make_tiny_experiment({"data.validation=test.npz"});
  EXPECT_EQ(tiny.data.train.rows(), 96);
  EXPECT_EQ(tiny.data.validation.rows(), 32);
  EXPECT_TRUE(tiny.data.hashes.contains("validation"));
}

TEST(ExperimentData, RefusesTooManyRows) {
  EXPECT_EQ(error_of([] { make_tiny_experiment({"data.validation=96"}); }),
            "--set data.validation=96: validation: 96 of 96 training rows leave none for training");
  EXPECT_EQ(error_of([] { make_tiny_experiment({"data.validation=0.001"}); }),
            "--set data.validation=0.001: validation: 0 of 96 training rows leave none for validation");
}

TEST(ExperimentData, TakesLabelsByTheNameOfTheLastEntry) {
  sluice::testing::ScratchFolder folder;
  Tensor pixels(DType::float32, {6, 4});
  Tensor classes(DType::int32, {6});
  write_file(folder.path() / "train.npz", write_npz({{"pix", pixels}, {"cls", classes}}));
  write_file(folder.path() / "automatic.npz", write_npz({{"pix", pixels}, {"dense_1", classes}}));
  auto load = [&](const std::string& file, const std::string& name) {
    std::string text = "data: {train: " + file + "}\nmodel: [{Dense: {units: 3}}, {Dense: {units: 3}" + name +
                       "}]\nfit: {optimizer: Adam, loss: sparse_categorical_crossentropy}\n";
    return load_experiment_data(parse_experiment(text, "t.yaml", folder.path()));
  };
  auto named = load("train.npz", ", name: cls");
  ASSERT_EQ(named.train.labels.size(), 1U);
  EXPECT_EQ(named.train.labels[0].first, "cls");
  EXPECT_EQ(named.input_shapes(), (NamedShapes{{"", {4}}}));
  EXPECT_EQ(load("automatic.npz", "").train.labels[0].first, "dense_1");
}

TEST(ExperimentData, NamesUnknownKeysOfASource) {
  EXPECT_THAT(error_of([] { make_tiny_experiment({"data.train={npx: train.npz}"}); }),
              HasSubstr("--set data.train={npx: train.npz}: unknown parameter \"npx\""));
  EXPECT_THAT(error_of([] { make_tiny_experiment({"data.train=none.npz"}); }), HasSubstr("none.npz"));
}

}  // namespace
}  // namespace sluice
