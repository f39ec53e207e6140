#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "sluice/params/fields.h"

namespace sluice {

/// Two numbers, the smaller one first.
struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

template <>
struct FieldType<Interval> {
  static std::string type() { return "[low, high]"; }
  static Json schema(const Bounds& bounds) { return schema::pair(schema::number(bounds)); }
  static Interval read(const Json& json, const Bounds& bounds) {
    if (!json.is_array() || json.size() != 2) throw invalid("expected [low, high], got " + shown(json));
    const auto [low, high] =
        std::minmax({FieldType<double>::read(json[0], bounds), FieldType<double>::read(json[1], bounds)});
    return {low, high};
  }
  static Json write(const Interval& value) { return Json(Json::Array{Json(value.low), Json(value.high)}); }
};

/// What a random number lies between; one number x in JSON stands for [-x, x].
struct Factor : Interval {};

template <>
struct FieldType<Factor> {
  static std::string type() { return "number or [low, high]"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::number(bounds), FieldType<Interval>::schema(bounds)});
  }
  static Factor read(const Json& json, const Bounds& bounds) {
    if (json.is_array()) return {FieldType<Interval>::read(json, bounds)};
    const double size = std::abs(FieldType<double>::read(json, bounds));
    return {{-size, size}};
  }
  static Json write(const Factor& value) { return FieldType<Interval>::write(value); }
};

}  // namespace sluice
