#pragma once

#include <vector>

#include "sluice/params/fields.h"

namespace sluice {

/// A number, or lists of numbers within each other, all of one length at one depth: the shape of a number is empty.
struct NumberArray {
  std::vector<int64_t> shape;
  std::vector<double> values;

  NumberArray() = default;
  NumberArray(double number) : values{number} {}
  NumberArray(std::vector<int64_t> sizes, std::vector<double> numbers)
      : shape(std::move(sizes)), values(std::move(numbers)) {}
  bool operator==(const NumberArray&) const = default;
};

template <>
struct FieldType<NumberArray> {
  static std::string type() { return "number or list of numbers"; }
  /// Lists within lists are not described.
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::number(bounds), schema::list(schema::anything())});
  }
  static NumberArray read(const Json& json, const Bounds& bounds) {
    if (!json.is_array()) return FieldType<double>::read(json, bounds);
    NumberArray whole;
    std::vector<int64_t> inner;
    for (const Json& element : json.as_array()) {
      NumberArray part = read(element, bounds);
      if (!whole.values.empty() && part.shape != inner) throw invalid("expected lists of one length");
      inner = part.shape;
      whole.values.insert(whole.values.end(), part.values.begin(), part.values.end());
    }
    if (whole.values.empty()) throw invalid("expected at least one number");
    whole.shape = {static_cast<int64_t>(json.size())};
    whole.shape.insert(whole.shape.end(), inner.begin(), inner.end());
    return whole;
  }
  static Json write(const NumberArray& array) { return write_part(array, 0, 0, array.values.size()); }

 private:
  static Json write_part(const NumberArray& array, size_t depth, size_t first, size_t count) {
    if (depth == array.shape.size()) return Json(array.values[first]);
    Json list = Json::array();
    const size_t part = count / static_cast<size_t>(array.shape[depth]);
    for (size_t i = 0; i < count; i += part) list.push_back(write_part(array, depth + 1, first + i, part));
    return list;
  }
};

}  // namespace sluice
