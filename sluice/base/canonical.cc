#include "sluice/base/canonical.h"

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

bool is_whole(double value) {
  bool negative_zero = value == 0 && std::signbit(value);
  return value == std::floor(value) && std::abs(value) < 0x1p53 && !negative_zero;
}

Json canonical_list(const Json& list) {
  Json result = Json::array();
  for (const Json& element : list.as_array()) result.push_back(canonical(element));
  return result;
}

Json canonical_map(const Json& map) {
  Json::Object entries;
  for (const auto& [key, value] : map.as_object()) entries.emplace_back(key, canonical(value));
  std::ranges::sort(entries, {}, [](const auto& entry) -> const std::string& { return entry.first; });
  return entries;
}

}  // namespace

Json canonical(const Json& json) {
  if (json.is_array()) return canonical_list(json);
  if (json.is_object()) return canonical_map(json);
  if (json.is_real() && is_whole(json.as_real())) return static_cast<int64_t>(json.as_real());
  return json;
}

}  // namespace sluice
