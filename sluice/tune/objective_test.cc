#include "sluice/tune/objective.h"

#include <gtest/gtest.h>

#include "sluice/base/error.h"

namespace sluice {
namespace {

TEST(Objective, IsReadAndWritten) {
  EXPECT_EQ(Objective::parse("max val_accuracy").text(), "max val_accuracy");
  EXPECT_EQ(Objective::parse("min  loss").text(), "min loss");
  for (const char* wrong : {"", "max", "max ", "val_loss", "maximum loss", "min val loss"}) {
    EXPECT_THROW(Objective::parse(wrong), Error) << wrong;
  }
}

TEST(Objective, ComparesStrictly) {
  EXPECT_TRUE(Objective::parse("max x").better(2, 1));
  EXPECT_FALSE(Objective::parse("max x").better(1, 1));
  EXPECT_TRUE(Objective::parse("min x").better(1, 2));
}

}  // namespace
}  // namespace sluice
