#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// One dimension of each of two inputs; one number in JSON stands for both.
struct DotAxes {
  int64_t first = -1;
  int64_t second = -1;
};

template <>
struct FieldType<DotAxes> {
  static std::string type() { return "integer or [first, second]"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::integer(bounds), schema::pair(schema::integer(bounds))});
  }
  static DotAxes read(const Json& json, const Bounds& bounds) {
    if (json.is_array() && json.size() != 2) throw invalid("expected " + type() + ", got " + json.dump());
    const Json& first = json.is_array() ? json[0] : json;
    const Json& second = json.is_array() ? json[1] : json;
    return {FieldType<int64_t>::read(first, bounds), FieldType<int64_t>::read(second, bounds)};
  }
  static Json write(const DotAxes& value) { return Json(Json::Array{Json(value.first), Json(value.second)}); }
};

/// The products of two inputs summed over a dimension of each: [a…, size], [size, b…] → [a…, b…]; of two vectors [1].
/// With `normalize`, vectors in that dimension are brought to length 1 before, so that the result is their cosine.
struct Dot {
  DotAxes axes;
  bool normalize = false;

  static constexpr std::string_view class_name = "Dot";
  static constexpr std::string_view doc = "The dot product of two inputs over a dimension of each.";
  static constexpr auto fields() {
    return std::tuple{required("axes", &Dot::axes, "dimensions that are summed over, with the batch as 0"),
                      field("normalize", &Dot::normalize, "whether vectors are brought to length 1 before")};
  }
};

LayerPtr make(const Dot& parameters);
LayerType dot_type();

}  // namespace sluice
