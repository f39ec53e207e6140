#include "sluice/base/differences.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string text(const char* there, const char* here) { return differences(Json::parse(there), Json::parse(here)); }

TEST(Differences, NamesPlacesInDepth) {
  EXPECT_EQ(
      text(R"({"fit": {"epochs": 5, "batch": 8}, "seed": 1})", R"({"fit": {"epochs": 6, "batch": 8}, "seed": 1})"),
      "fit.epochs (5 there, 6 here)");
  EXPECT_EQ(text(R"({"layers": [{"units": 3}, {"units": 4}]})", R"({"layers": [{"units": 3}, {"units": 5}]})"),
            "layers.1.units (4 there, 5 here)");
}

TEST(Differences, NamesWhatOnlyOneHas) {
  EXPECT_EQ(text(R"({"a": 1, "b": 2})", R"({"b": 2, "c": null})"),
            "c (absent there, null here), a (1 there, absent here)");
}

TEST(Differences, ListsOfOtherLengthsAreOneDifference) {
  EXPECT_EQ(text(R"({"layers": [1, 2]})", R"({"layers": [1]})"), "layers ([1,2] there, [1] here)");
}

TEST(Differences, LeavesOutWhatIsTooLongToRead) {
  const std::string long_text = "{\"space\": \"" + std::string(70, 'x') + "\"}";
  EXPECT_EQ(text(long_text.c_str(), R"({"space": "y"})"), "space");
}

TEST(Differences, NamesOutermostKeysWhereManyDiffer) {
  EXPECT_EQ(text(R"({"layers": [1, 2, 3, 4, 5], "fit": {"epochs": 1}, "seed": 1})",
                 R"({"layers": [2, 3, 4, 5, 6], "fit": {"epochs": 2}, "seed": 1})"),
            "layers ([1,2,3,4,5] there, [2,3,4,5,6] here), fit ({\"epochs\":1} there, {\"epochs\":2} here)");
}

TEST(Differences, IsEmptyForEqualValues) { EXPECT_EQ(text("[{\"a\": 1}]", "[{\"a\": 1}]"), ""); }

}  // namespace
}  // namespace sluice
