#include "sluice/cli/argument_value.h"

#include <gtest/gtest.h>

#include "sluice/base/error.h"

namespace sluice::cli {
namespace {

TEST(ArgumentValue, Integers) {
  EXPECT_EQ(read_integer_value("--trials", "12", 1), 12);
  for (const char* text : {"", "0", "-1", "1.5", "1x", " 1", "99999999999999999999"}) {
    EXPECT_THROW(read_integer_value("--trials", text, 1), Error) << text;
  }
}

TEST(ArgumentValue, SaysWhatIsTooLarge) {
  try {
    read_integer_value("--trials", "9223372036854775808", 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "--trials 9223372036854775808 is too large; expected at most 9223372036854775807");
  }
}

TEST(ArgumentValue, Seeds) {
  EXPECT_EQ(read_seed_value("--seed", "9223372036854775807"), 9223372036854775807u);
  for (const char* text : {"-1", "18446744073709551615", "one"})
    EXPECT_THROW(read_seed_value("--seed", text), Error) << text;
}

TEST(ArgumentValue, Reals) {
  EXPECT_EQ(read_real_value("--scale", "-2.5e-1"), -0.25);
  for (const char* text : {"", "nan", "inf", "1e999", "1,5"})
    EXPECT_THROW(read_real_value("--scale", text), Error) << text;
}

TEST(ArgumentValue, Durations) {
  EXPECT_EQ(read_duration_value("--timeout", "90"), 90);
  EXPECT_EQ(read_duration_value("--timeout", "90s"), 90);
  EXPECT_EQ(read_duration_value("--timeout", "1.5m"), 90);
  EXPECT_EQ(read_duration_value("--timeout", "2h"), 7200);
  EXPECT_EQ(read_duration_value("--timeout", "1d"), 86400);
  for (const char* text : {"", "m", "10x", "0s", "-5m", "1m30s", "."}) {
    EXPECT_THROW(read_duration_value("--timeout", text), Error) << text;
  }
}

}  // namespace
}  // namespace sluice::cli
