#include "sluice/tune/objective.h"

#include "sluice/base/error.h"

namespace sluice {

Objective Objective::parse(std::string_view text) {
  bool maximize = text.starts_with("max ");
  bool minimize = text.starts_with("min ");
  size_t start = text.find_first_not_of(' ', 4);
  std::string_view metric = start == std::string_view::npos ? "" : text.substr(start);
  if ((!maximize && !minimize) || metric.empty() || metric.find(' ') != std::string_view::npos) {
    throw invalid("objective: expected \"min METRIC\" or \"max METRIC\", got \"" + std::string(text) + "\"");
  }
  return {std::string(metric), maximize};
}

std::string Objective::text() const { return (maximize ? "max " : "min ") + metric; }

}  // namespace sluice
