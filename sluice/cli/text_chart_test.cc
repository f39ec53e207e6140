#include "sluice/cli/text_chart.h"

#include <gtest/gtest.h>

#include <limits>

namespace sluice::cli {
namespace {

TEST(TextChart, DrawsLinesAndWhereTheyMeet) {
  EXPECT_EQ(text_chart({{'A', {3, 2, 1}}, {'B', {3, 1, std::nullopt}}}, 10, 3),
            "         3 | *  \n"
            "           |  A \n"
            "         1 |  BA\n");
}

TEST(TextChart, ThinsOutLongLinesKeepingTheirEnds) {
  std::vector<std::optional<double>> values(101);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  EXPECT_EQ(text_chart({{'A', values}}, 3, 3),
            "       100 |   A\n"
            "           |  A \n"
            "         0 | A  \n");
}

TEST(TextChart, LeavesOutWhatIsNotFinite) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(text_chart({{'A', {infinite, std::nullopt}}}), "");
  EXPECT_EQ(text_chart({{'A', {infinite, 2}}}, 5, 2), "         2 |  A\n         2 |   \n");
}

}  // namespace
}  // namespace sluice::cli
