#include "sluice/params/json_schema.h"

#include <cmath>

namespace sluice::schema {
namespace {

Json of_type(const char* type) { return Json::Object{{"type", type}}; }

Json or_reference(Json described) { return either({std::move(described), defined(reference_definition)}); }

/// A bound as it is written: 1 rather than 1.0.
Json bound(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) < 0x1p53;
  return whole ? Json(static_cast<int64_t>(value)) : Json(value);
}

Json within(Json described, const Bounds& bounds) {
  if (std::isfinite(bounds.low)) described[bounds.low_open ? "exclusiveMinimum" : "minimum"] = bound(bounds.low);
  if (std::isfinite(bounds.high)) described[bounds.high_open ? "exclusiveMaximum" : "maximum"] = bound(bounds.high);
  return described;
}

Json as_list(const std::vector<std::string>& texts) { return Json(Json::Array(texts.begin(), texts.end())); }

Json list_of(int64_t length, Json elements) {
  return or_reference(
      Json::Object{{"type", "array"}, {"items", std::move(elements)}, {"minItems", length}, {"maxItems", length}});
}

}  // namespace

Json integer(const Bounds& bounds) { return or_reference(within(of_type("integer"), bounds)); }

Json number(const Bounds& bounds) { return or_reference(within(of_type("number"), bounds)); }

Json boolean() { return or_reference(of_type("boolean")); }

Json text() { return of_type("string"); }

Json nothing() { return of_type("null"); }

Json anything() { return Json::object(); }

Json list(Json elements) { return or_reference(Json::Object{{"type", "array"}, {"items", std::move(elements)}}); }

Json pair(Json elements) { return list_of(2, std::move(elements)); }

Json single(Json element) { return list_of(1, std::move(element)); }

Json map(Json properties, const std::vector<std::string>& required) {
  Json described =
      Json::Object{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (required.empty()) return either({std::move(described), nothing()});
  described["required"] = as_list(required);
  return described;
}

Json map_of(Json values) { return Json::Object{{"type", "object"}, {"additionalProperties", std::move(values)}}; }

Json names(const std::vector<std::string>& known) { return or_reference(Json::Object{{"enum", as_list(known)}}); }

Json either(std::vector<Json> alternatives) { return Json::Object{{"anyOf", std::move(alternatives)}}; }

Json defined(std::string_view name) {
  return Json::Object{{"$ref", "#/" + std::string(definitions) + "/" + std::string(name)}};
}

Json reference() { return Json::Object{{"type", "string"}, {"pattern", "^\\$"}}; }

}  // namespace sluice::schema
