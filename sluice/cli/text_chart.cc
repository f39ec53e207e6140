#include "sluice/cli/text_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice::cli {
namespace {

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

bool is_shown(const std::optional<double>& value) { return value && std::isfinite(*value); }

Range range_of(const std::vector<ChartLine>& lines) {
  Range range;
  for (const ChartLine& line : lines) {
    for (const auto& value : line.values) {
      if (!is_shown(value)) continue;
      range.low = std::min(range.low, *value);
      range.high = std::max(range.high, *value);
    }
  }
  return range;
}

/// The row of a value, the highest being 0.
size_t row_of(double value, const Range& range, size_t rows) {
  const double height = range.high - range.low;
  const double share = height > 0 ? (range.high - value) / height : 0;
  return static_cast<size_t>(std::lround(share * static_cast<double>(rows - 1)));
}

/// The step that a column shows; the last column shows the last step.
size_t step_of(size_t column, size_t columns, size_t steps) {
  return columns == 1 ? 0 : column * (steps - 1) / (columns - 1);
}

}  // namespace

std::string text_chart(const std::vector<ChartLine>& lines, size_t columns, size_t rows) {
  const Range range = range_of(lines);
  if (range.low > range.high) return "";
  const size_t steps = lines[0].values.size();
  columns = std::min(columns, steps);
  std::vector<std::string> canvas(rows, std::string(columns, ' '));
  for (const ChartLine& line : lines) {
    for (size_t column = 0; column < columns; ++column) {
      const auto& value = line.values[step_of(column, columns, steps)];
      if (!is_shown(value)) continue;
      char& place = canvas[row_of(*value, range, rows)][column];
      place = place == ' ' ? line.letter : '*';
    }
  }
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    const bool labelled = row == 0 || row + 1 == rows;
    const std::string label = labelled ? fmt::format("{:.5g}", row == 0 ? range.high : range.low) : "";
    text += fmt::format("{:>10} | {}\n", label, canvas[row]);
  }
  return text;
}

}  // namespace sluice::cli
