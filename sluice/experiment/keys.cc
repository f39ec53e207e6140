#include "sluice/experiment/keys.h"

#include <algorithm>

#include "sluice/experiment/document.h"

namespace sluice {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void check_keys(const Json& json, const std::string& path, const std::string& section, const KnownKeys& keys) {
  if (!json.is_object()) throw PathError(path, section + ": expected a map, got " + shown(json));
  for (const auto& entry : json.as_object()) {
    const std::string& key = entry.first;
    if (contains(keys.known, key)) continue;
    if (contains(keys.later, key)) throw PathError(join_path(path, key), section + "." + key + " is not supported yet");
    throw PathError(join_path(path, key), unknown_name("key", key, keys.known));
  }
}

}  // namespace sluice
