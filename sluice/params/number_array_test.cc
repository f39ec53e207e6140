#include "sluice/params/number_array.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

NumberArray read(const char* text) { return FieldType<NumberArray>::read(Json::parse(text), at_least(0)); }

std::string refusal(const char* text) {
  try {
    read(text);
    return "accepted";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(NumberArray, ReadsAndWritesNumbersAndLists) {
  EXPECT_EQ(read("2"), (NumberArray{{}, {2}}));
  EXPECT_EQ(read("[1, 2.5]"), (NumberArray{{2}, {1, 2.5}}));
  EXPECT_EQ(read("[[1, 2, 3], [4, 5, 6]]"), (NumberArray{{2, 3}, {1, 2, 3, 4, 5, 6}}));
  for (const char* text : {"2.0", "[1.0,2.5]", "[[1.0,2.0,3.0],[4.0,5.0,6.0]]", "[[[1.0]],[[2.0]]]"})
    EXPECT_EQ(FieldType<NumberArray>::write(read(text)).dump(), text);
}

TEST(NumberArray, RefusesWhatIsNoArray) {
  EXPECT_EQ(refusal("[]"), "expected at least one number");
  EXPECT_EQ(refusal("[[1, 2], [3]]"), "expected lists of one length");
  EXPECT_EQ(refusal("[1, [2]]"), "expected lists of one length");
  EXPECT_EQ(refusal("[1, -2]"), "expected >= 0, got -2");
}

}  // namespace
}  // namespace sluice
