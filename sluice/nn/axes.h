#pragma once

#include <string>
#include <vector>

#include "sluice/nn/batch_axis.h"
#include "sluice/nn/plan_builder.h"
#include "sluice/params/fields.h"
#include "sluice/tensor/shapes.h"

namespace sluice {

/// Dimensions of an input as Keras counts them, with the batch as 0 and negative ones from the end. One number in JSON
/// stands for a list of one, null for an empty list.
struct Axes {
  std::vector<int64_t> list;
  bool operator==(const Axes&) const = default;
};

template <>
struct FieldType<Axes> {
  static std::string type() { return "integer, list of integers or null"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::integer(bounds), schema::list(schema::integer(bounds)), schema::nothing()});
  }
  static Axes read(const Json& json, const Bounds& bounds) {
    if (json.is_null()) return {};
    if (json.is_array()) return {FieldType<std::vector<int64_t>>::read(json, bounds)};
    return {{FieldType<int64_t>::read(json, bounds)}};
  }
  static Json write(const Axes& axes) {
    return axes.list.size() == 1 ? Json(axes.list[0]) : FieldType<std::vector<int64_t>>::write(axes.list);
  }
};

/// Turns axes into indices into a shape without the batch, in rising order. Throws Error(invalid_argument) for the
/// batch, for a dimension that the shape does not have or that is there twice, and when there is none.
std::vector<size_t> without_batch(const Axes& axes, const Shape& shape, const std::string& name);

/// The sizes of these dimensions.
Shape sizes_of(const std::vector<size_t>& axes, const Shape& shape);

/// Loops that repeat an array along its dimensions of size 1 so that it gets the shape `to` (see copy_along).
std::vector<CopyLoop> broadcast_loops(const Shape& from, const Shape& to);

/// The value in rows with these dimensions brought to the end, in their order; as it is when they lie there.
Value build_axes_last(PlanBuilder& plan, Value value, const std::vector<size_t>& axes);

/// The way back, for a value whose dimensions had the order of `shape` before.
Value build_axes_back(PlanBuilder& plan, Value value, const std::vector<size_t>& axes, const Shape& shape);

}  // namespace sluice
