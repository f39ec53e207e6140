#include "sluice/experiment/reference.h"

#include <algorithm>

#include "sluice/experiment/document.h"
#include "sluice/tune/space.h"

namespace sluice {
namespace {

std::vector<std::string> shown_names(const Json& values) {
  std::vector<std::string> names;
  for (const auto& entry : values.as_object()) names.push_back("$" + entry.first);
  return names;
}

constexpr int deepest = 16;  ///< Names that stand for names.

Json replace(const Json& json, const std::string& path, const Json& values, int depth) {
  Json result = json;
  if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) result.as_array()[i] = replace(json[i], join_path(path, i), values, depth);
  } else if (json.is_object()) {
    for (auto& [key, value] : result.as_object()) value = replace(value, join_path(path, key), values, depth);
  } else if (auto name = reference_name(json, path)) {
    const Json* value = values.find(*name);
    if (value == nullptr) throw PathError(path, unknown_name("name", "$" + *name, shown_names(values)));
    if (depth == deepest) throw PathError(path, "$" + *name + " stands for itself");
    result = replace(*value, path, values, depth + 1);
  }
  return result;
}

}  // namespace

std::optional<std::string> reference_name(const Json& json, const std::string& path) {
  if (!json.is_string() || !json.as_string().starts_with('$')) return std::nullopt;
  const std::string& text = json.as_string();
  if (text.starts_with("$(")) throw PathError(path, "computed values such as \"" + text + "\" are not supported yet");
  std::string name = text.substr(1);
  if (!is_parameter_name(name))
    throw PathError(path, "expected $ and a name of letters, digits and underscores, got \"" + text + "\"");
  return name;
}

void visit_references(const Json& json, const std::string& path,
                      const std::function<void(const std::string& name, const std::string& path)>& visit) {
  if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) visit_references(json[i], join_path(path, i), visit);
  } else if (json.is_object()) {
    for (const auto& [key, value] : json.as_object()) visit_references(value, join_path(path, key), visit);
  } else if (auto name = reference_name(json, path)) {
    visit(*name, path);
  }
}

Json replace_references(const Json& json, const std::string& path, const Json& values) {
  return replace(json, path, values, 0);
}

}  // namespace sluice
