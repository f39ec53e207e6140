#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sluice::cli {

/// One line of a chart: a value for each step, where there is one.
struct ChartLine {
  char letter;
  std::vector<std::optional<double>> values;
};

/// Draws lines that have the same steps with their letters, `*` where they meet, the largest value above. Longer lines
/// than `columns` are thinned out. Values that are not finite are left out; empty when there is no other.
std::string text_chart(const std::vector<ChartLine>& lines, size_t columns = 64, size_t rows = 12);

}  // namespace sluice::cli
