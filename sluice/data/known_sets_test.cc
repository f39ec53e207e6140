#include "sluice/data/known_sets.h"

#include "sluice/data/data_testing.h"
#include "sluice/formats/format_testing.h"

namespace sluice {
namespace {

using namespace testing;

/// Neither $SLUICE_DATA nor ./data hold anything.
class KnownSets : public ::testing::Test {
 protected:
  ScratchFolder scratch_;
  Environment no_data_{"SLUICE_DATA", std::nullopt};
  WorkingFolder working_{scratch_.path()};
};

TEST_F(KnownSets, AreLookedUpInOrder) {
  write_small_set("data", "mnist", "train", 3);
  EXPECT_EQ(load_known_set("mnist", "train").rows(), 3);
  write_small_set("other", "mnist", "train", 2);
  Environment data("SLUICE_DATA", "other");
  EXPECT_EQ(load_known_set("mnist", "train").rows(), 2);
  write_small_set("first", "mnist", "train", 1);
  EXPECT_EQ(load_known_set("mnist", "train", "first").rows(), 1);
  EXPECT_EQ(load_known_set("mnist", "train", "absent").rows(), 2);
}

TEST_F(KnownSets, NeedBothFiles) {
  write_small_set("first", "mnist", "train", 1);
  write_small_set("data", "mnist", "train", 3);
  std::filesystem::remove("first/mnist/train-labels-idx1-ubyte");
  EXPECT_EQ(load_known_set("mnist", "train", "first").rows(), 3);
}

TEST_F(KnownSets, SayHowToGetThem) {
  expect_error([] { load_known_set("mnist", "test"); },
               "data set mnist is not here; get it with: sluice datasets get mnist", ErrorCode::not_found);
  expect_error(
      [] { load_known_set("fashion-mnist", "test"); },
      "data set fashion-mnist is not here; expected t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (or .gz) in "
      "fashion-mnist/ below --data-dir, $SLUICE_DATA or ./data",
      ErrorCode::not_found);
}

TEST_F(KnownSets, SuggestTheNearestName) {
  expect_error([] { load_known_set("minst", "test"); }, "unknown data set \"minst\". Did you mean \"mnist\"?");
  expect_error([] { load_known_set("mnist", "tets"); }, "unknown split of mnist \"tets\". Did you mean \"test\"?");
  expect_error([] { load_known_set("mnist", ""); }, "data set mnist needs a split: mnist/train or mnist/test");
}

TEST_F(KnownSets, RefuseImagesAndLabelsThatDifferInNumber) {
  write_small_set("data", "mnist", "train", 3);
  write_file("data/mnist/train-labels-idx1-ubyte", small_idx(false, 2));
  expect_error([] { load_known_set("mnist", "train"); },
               "data/mnist/train-images-idx3-ubyte has 3 rows, data/mnist/train-labels-idx1-ubyte has 2 rows");
}

TEST_F(KnownSets, IncludeTheRealOnes) {
  if (!std::filesystem::exists(test_data() / "mnist")) GTEST_SKIP() << "no " << test_data();
  for (const char* name : {"mnist", "fashion-mnist"}) {
    Dataset test = load_known_set(name, "test", test_data());
    EXPECT_EQ(test.inputs[0].second.shape(), (Shape{10000, 28, 28}));
    EXPECT_EQ(test.labels[0].second.shape(), (Shape{10000}));
  }
}

}  // namespace
}  // namespace sluice
