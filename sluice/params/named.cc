#include "sluice/params/named.h"

#include <algorithm>

namespace sluice {
namespace {

bool takes_null(std::span<const FieldInfo> fields, std::string_view name) {
  return std::ranges::any_of(
      fields, [&](const FieldInfo& field) { return field.name == name && field.type.ends_with("null"); });
}

}  // namespace

Json set_parameters(const Json& config, std::span<const FieldInfo> fields) {
  Json set = config;
  if (!set.is_object()) return set;
  std::erase_if(set.as_object(),
                [&](const auto& entry) { return entry.second.is_null() && !takes_null(fields, entry.first); });
  return set;
}

NamedText read_named_text(std::string_view kind, const Json& json, const std::string& path) {
  if (json.is_string()) return {json.as_string(), Json(), path};
  const Json* class_name = json.is_object() ? json.find("class_name") : nullptr;
  if (class_name != nullptr && class_name->is_string()) {
    const Json* config = json.find("config");
    // Keras writes plain functions this way.
    if (class_name->as_string() == "function" && config != nullptr && config->is_string())
      return {config->as_string(), Json(), path};
    return {class_name->as_string(), config == nullptr ? Json() : *config, path + "/config", true};
  }
  if (!json.is_object() || json.size() != 1) {
    throw PathError(path, std::string(kind) + ": expected a name or {name: {parameters}}, got " + shown(json));
  }
  const auto& [name, parameters] = json.as_object().front();
  return {name, parameters, path + "/" + name};
}

bool names_class(std::string_view name, std::string_view class_name, std::span<const std::string> other_names) {
  return name == class_name || name == snake_case(class_name) ||
         std::find(other_names.begin(), other_names.end(), name) != other_names.end();
}

std::string unknown_class(std::string_view kind, std::string_view name, std::span<const NamesOfClass> known) {
  std::vector<std::string> all, classes;
  for (const NamesOfClass& names : known) {
    classes.push_back(names.shown);
    all.insert(all.end(), {names.shown, names.class_name, snake_case(names.class_name)});
    all.insert(all.end(), names.other_names.begin(), names.other_names.end());
  }
  return unknown_name(kind, name, nearest_name(name, all).empty() ? classes : all);
}

Json write_named(const Named* object, std::string_view module) {
  if (object == nullptr) return {};
  Json json = Json::object();
  json["module"] = module;
  json["class_name"] = object->class_name();
  json["config"] = object->config();
  json["registered_name"] = nullptr;
  return json;
}

}  // namespace sluice
