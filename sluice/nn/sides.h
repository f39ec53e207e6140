#pragma once

#include "sluice/params/fields.h"

namespace sluice {

/// Lengths at the two ends of a dimension; one number in JSON stands for both.
struct Sides {
  int64_t before = 0;
  int64_t after = 0;
  bool operator==(const Sides&) const = default;
};

template <>
struct FieldType<Sides> {
  static std::string type() { return "integer or [before, after]"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::integer(bounds), schema::pair(schema::integer(bounds))});
  }
  static Sides read(const Json& json, const Bounds& bounds) {
    if (json.is_array() && json.size() != 2) throw invalid("expected " + type() + ", got " + json.dump());
    const Json& before = json.is_array() ? json[0] : json;
    const Json& after = json.is_array() ? json[1] : json;
    return {FieldType<int64_t>::read(before, bounds), FieldType<int64_t>::read(after, bounds)};
  }
  static Json write(const Sides& value) { return Json(Json::Array{Json(value.before), Json(value.after)}); }
};

/// Lengths at the four ends of an image; in JSON one number stands for all, a number instead of a pair for both of it.
struct Sides2 {
  Sides height;
  Sides width;
  bool operator==(const Sides2&) const = default;
};

template <>
struct FieldType<Sides2> {
  static std::string type() { return "integer, [height, width] or [[top, bottom], [left, right]]"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::integer(bounds), schema::pair(FieldType<Sides>::schema(bounds))});
  }
  static Sides2 read(const Json& json, const Bounds& bounds) {
    if (json.is_array() && json.size() != 2) throw invalid("expected " + type() + ", got " + json.dump());
    const Json& height = json.is_array() ? json[0] : json;
    const Json& width = json.is_array() ? json[1] : json;
    return {FieldType<Sides>::read(height, bounds), FieldType<Sides>::read(width, bounds)};
  }
  static Json write(const Sides2& value) {
    return Json(Json::Array{FieldType<Sides>::write(value.height), FieldType<Sides>::write(value.width)});
  }
};

}  // namespace sluice
