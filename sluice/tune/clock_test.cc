#include "sluice/tune/clock.h"

#include <gtest/gtest.h>

#include "sluice/base/error.h"

namespace sluice {
namespace {

using Jobs = std::vector<int64_t>;

TEST(Clock, FreesASlotAfterTheCostAndShowsAResultAfterOneAndAHalf) {
  Clock clock(2);
  EXPECT_TRUE(clock.idle());
  clock.start(0, 0, 5);
  clock.start(1, 1, 7);
  EXPECT_EQ(clock.idle_slot(0), std::nullopt);
  EXPECT_EQ(clock.due(), Jobs{});
  clock.advance();
  EXPECT_EQ(clock.time(), 10U);
  EXPECT_EQ(clock.idle_slot(0), 0);
  EXPECT_EQ(clock.idle_slot(1), std::nullopt);
  clock.advance();
  EXPECT_EQ(clock.time(), 14U);
  EXPECT_EQ(clock.idle_slot(1), 1);
  EXPECT_EQ(clock.due(), Jobs{0});
  clock.advance();
  EXPECT_EQ(clock.time(), 15U);
  EXPECT_EQ(clock.due(), Jobs{1});
  clock.advance();
  EXPECT_EQ(clock.time(), 21U);
  EXPECT_TRUE(clock.idle());
}

TEST(Clock, ShowsResultsOfOneTimeInJobOrder) {
  Clock clock(3);
  clock.start(0, 2, 4);
  clock.start(1, 0, 4);
  clock.advance();
  EXPECT_EQ(clock.due(), (Jobs{0, 1}));
}

TEST(Clock, RefusesTimesBeyondItsRange) {
  Clock clock(1);
  EXPECT_THROW(clock.start(0, 0, uint64_t{1} << 62), Error);
}

}  // namespace
}  // namespace sluice
