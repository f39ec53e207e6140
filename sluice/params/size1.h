#pragma once

#include "sluice/params/fields.h"

namespace sluice {

/// A length; JSON has one number, or a list of one as Keras writes it.
struct Size1 {
  int64_t length = 1;
  bool operator==(const Size1&) const = default;
};

template <>
struct FieldType<Size1> {
  static std::string type() { return "integer"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::integer(bounds), schema::single(schema::integer(bounds))});
  }
  static Size1 read(const Json& json, const Bounds& bounds) {
    if (!json.is_array()) return {FieldType<int64_t>::read(json, bounds)};
    if (json.size() != 1) throw invalid("expected an integer, got a list of " + std::to_string(json.size()));
    return {FieldType<int64_t>::read(json[0], bounds)};
  }
  static Json write(const Size1& value) { return Json(Json::Array{Json(value.length)}); }
  static Json shown(const Size1& value) { return Json(value.length); }
};

}  // namespace sluice
