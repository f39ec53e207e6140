#include "sluice/experiment/keys.h"

#include <algorithm>

#include "sluice/experiment/document.h"

namespace sluice {

void check_keys(const Json& json, const std::string& path, const std::string& section, std::span<const Key> keys) {
  if (!json.is_object()) throw PathError(path, section + ": expected a map, got " + shown(json));
  std::vector<std::string> known;
  for (const Key& key : keys) known.push_back(key.name);
  for (const auto& entry : json.as_object()) {
    if (std::ranges::find(known, entry.first) == known.end())
      throw PathError(join_path(path, entry.first), unknown_name("key", entry.first, known));
  }
}

Json keys_schema(std::span<const Key> keys, const std::vector<std::string>& required) {
  Json properties = Json::object();
  for (const Key& key : keys) {
    Json& property = properties[key.name] = key.schema;
    property["description"] = key.doc;
  }
  return schema::map(std::move(properties), required);
}

}  // namespace sluice
