#include "sluice/tune/named_parameters.h"

#include "sluice/params/fields.h"

namespace sluice {

NamedParameters NamedParameters::read(const Json& json, const std::string& path) {
  if (json.is_string()) return {json.as_string(), Json::object()};
  if (!json.is_object() || json.size() != 1) {
    throw PathError(path, "expected a name or {name: {parameters}}, got " + shown(json));
  }
  const auto& [name, parameters] = json.as_object().front();
  return {name, parameters.is_null() ? Json::object() : parameters};
}

Json NamedParameters::to_json() const { return Json::Object{{name, parameters}}; }

}  // namespace sluice
