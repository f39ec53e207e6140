#include "sluice/params/shown.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Shown, CutsLongValuesBetweenCharacters) {
  EXPECT_EQ(shown(Json::parse(R"({"a":[1,2]})")), R"({"a":[1,2]})");
  EXPECT_EQ(shown(std::string(200, 'x')), "\"" + std::string(79, 'x') + "…");
  EXPECT_EQ(shown(std::string(78, 'x') + "ää"), "\"" + std::string(78, 'x') + "…");
}

}  // namespace
}  // namespace sluice
