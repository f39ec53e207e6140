#include "sluice/base/duration.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Duration, HasUnits) {
  EXPECT_EQ(parse_duration("90"), 90);
  EXPECT_EQ(parse_duration("90s"), 90);
  EXPECT_EQ(parse_duration("1.5m"), 90);
  EXPECT_EQ(parse_duration("2h"), 7200);
  EXPECT_EQ(parse_duration("2d"), 172800);
}

TEST(Duration, IsNothingElse) {
  for (const char* text : {"", "s", "0", "-1s", "1w", "1 h", "1h30m", "inf", "nan", "1e3s", " 1s", "1s "})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

}  // namespace
}  // namespace sluice
