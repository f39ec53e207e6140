#include "sluice/experiment/override.h"

#include <charconv>

#include "sluice/experiment/yaml.h"

namespace sluice {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Throws Error(invalid_argument) when `part` is no index of the list.
size_t list_index(const Json& list, const std::string& part, const std::string& shown) {
  size_t index = 0;
  auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  bool number = error == std::errc() && end == part.data() + part.size();
  if (number && index < list.size()) return index;
  std::string range =
      list.empty() ? "the list is empty" : "expected an index from 0 to " + std::to_string(list.size() - 1);
  throw invalid("\"" + shown + "\" is a list: " + range + ", got \"" + part + "\"");
}

/// Returns the part of `json` with that name, made when it is missing in a map.
Json& descend(Json& json, const std::string& part, const std::string& shown) {
  if (json.is_array()) return json.as_array()[list_index(json, part, shown)];
  if (json.is_string() && json.as_string() == part) json = Json(Json::Object{{part, Json()}});
  if (json.is_null() || json.is_object()) return json[part];
  throw invalid("\"" + shown + "\" is " + sluice::shown(json) + " and has no part \"" + part + "\"");
}

template <class T>
void erase_below(std::map<std::string, T>& map, const std::string& path) {
  std::erase_if(map, [&](const auto& entry) { return entry.first == path || entry.first.starts_with(path + "/"); });
}

/// Walks to the part and sets it, noting where it came from.
void set_part(Document& document, const std::string& key, Json value, const std::string& origin) {
  Json* json = &document.value;
  std::string path;
  std::string shown;
  for (const std::string& part : split(key, '.')) {
    if (part.empty()) throw invalid("a part of the key is empty");
    json = &descend(*json, part, shown);
    path = join_path(path, part);
    shown += (shown.empty() ? "" : ".") + part;
    if (!document.positions.contains(path)) document.origins.emplace(path, origin);
  }
  erase_below(document.positions, path);
  erase_below(document.origins, path);
  document.origins[path] = origin;
  *json = std::move(value);
}

}  // namespace

void apply_override(Document& document, const std::string& text) {
  std::string origin = "--set " + text;
  try {
    size_t equals = text.find('=');
    if (equals == std::string::npos) throw invalid("expected KEY=VALUE");
    set_part(document, text.substr(0, equals), parse_yaml_value(text.substr(equals + 1)), origin);
  } catch (const Error& error) {
    throw invalid(origin + ": " + error.what());
  }
}

}  // namespace sluice
