#include "sluice/nn/constraint.h"

#include <algorithm>
#include <cmath>

namespace sluice {

/// Dimensions of a weight; one may stand alone.
struct NormAxes {
  std::vector<int64_t> dimensions{0};
};

template <>
struct FieldType<NormAxes> {
  static std::string type() { return "integer or list of integer"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::integer(bounds), schema::list(schema::integer(bounds))});
  }
  static NormAxes read(const Json& json, const Bounds& bounds) {
    if (json.is_array()) return {FieldType<std::vector<int64_t>>::read(json, bounds)};
    return {{FieldType<int64_t>::read(json, bounds)}};
  }
  static Json write(const NormAxes& axes) {
    return axes.dimensions.size() == 1 ? Json(axes.dimensions[0])
                                       : FieldType<std::vector<int64_t>>::write(axes.dimensions);
  }
};

namespace {

struct NonNeg {
  static constexpr std::string_view class_name = "NonNeg";
  static constexpr std::string_view doc = "Nothing below zero.";
  static constexpr auto fields() { return std::tuple{}; }
};

class NonNegConstraint : public ParameterNamed<Constraint, NonNeg> {
 public:
  using ParameterNamed::ParameterNamed;
  void apply(const Shape&, std::span<float> values) const override {
    for (float& value : values) value = std::max(value, 0.0f);
  }
};

/// How far apart groups of elements that differ along `axes` alone are numbered, by dimension; 0 along `axes`. Returns
/// the number of groups.
int64_t group_strides(const Shape& shape, const NormAxes& axes, std::vector<int64_t>& strides) {
  const auto rank = static_cast<int64_t>(shape.size());
  strides.assign(shape.size(), 1);
  for (int64_t axis : axes.dimensions) {
    if (axis < -rank || axis >= rank)
      throw invalid("constraint: axis " + std::to_string(axis) + " is beyond a weight of " + to_string(shape));
    strides[static_cast<size_t>(axis < 0 ? axis + rank : axis)] = 0;
  }
  int64_t groups = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    if (strides[i] == 0) continue;
    strides[i] = groups;
    groups *= shape[i];
  }
  return groups;
}

/// Calls visit(element, group) for all elements below a dimension.
template <class Visit>
void for_groups(const Shape& shape, const std::vector<int64_t>& strides, size_t dimension, int64_t& element,
                int64_t group, const Visit& visit) {
  if (dimension == shape.size()) return visit(static_cast<size_t>(element++), static_cast<size_t>(group));
  for (int64_t i = 0; i < shape[dimension]; ++i)
    for_groups(shape, strides, dimension + 1, element, group + i * strides[dimension], visit);
}

/// Brings the norms over `axes` to wanted(norm).
template <class Wanted>
void scale_norms(const Shape& shape, const NormAxes& axes, std::span<float> values, const Wanted& wanted) {
  constexpr float epsilon = 1e-7f;
  std::vector<int64_t> strides;
  std::vector<float> norms(static_cast<size_t>(group_strides(shape, axes, strides)));
  int64_t element = 0;
  for_groups(shape, strides, 0, element, 0, [&](size_t i, size_t group) { norms[group] += values[i] * values[i]; });
  for (float& norm : norms) {
    norm = std::sqrt(norm);
    norm = wanted(norm) / (epsilon + norm);
  }
  element = 0;
  for_groups(shape, strides, 0, element, 0, [&](size_t i, size_t group) { values[i] *= norms[group]; });
}

struct MaxNorm {
  double max_value = 2;
  NormAxes axis;

  static constexpr std::string_view class_name = "MaxNorm";
  static constexpr std::string_view doc = "Norms over axis of at most max_value.";
  static constexpr auto fields() {
    return std::tuple{field("max_value", &MaxNorm::max_value, at_least(0), "largest norm"),
                      field("axis", &MaxNorm::axis, "dimensions that a norm is over")};
  }
};

class MaxNormConstraint : public ParameterNamed<Constraint, MaxNorm> {
 public:
  using ParameterNamed::ParameterNamed;
  void apply(const Shape& shape, std::span<float> values) const override {
    const auto most = static_cast<float>(p.max_value);
    scale_norms(shape, p.axis, values, [&](float norm) { return std::min(norm, most); });
  }
};

struct MinMaxNorm {
  double min_value = 0;
  double max_value = 1;
  double rate = 1;
  NormAxes axis;

  static constexpr std::string_view class_name = "MinMaxNorm";
  static constexpr std::string_view doc = "Norms over axis moved towards min_value … max_value.";
  static constexpr auto fields() {
    return std::tuple{field("min_value", &MinMaxNorm::min_value, at_least(0), "smallest norm"),
                      field("max_value", &MinMaxNorm::max_value, at_least(0), "largest norm"),
                      field("rate", &MinMaxNorm::rate, between(0, 1), "share of the way that is gone"),
                      field("axis", &MinMaxNorm::axis, "dimensions that a norm is over")};
  }
};

class MinMaxNormConstraint : public ParameterNamed<Constraint, MinMaxNorm> {
 public:
  explicit MinMaxNormConstraint(const MinMaxNorm& parameters) : ParameterNamed(parameters) {
    if (p.min_value > p.max_value) throw invalid("MinMaxNorm: min_value is above max_value");
  }
  void apply(const Shape& shape, std::span<float> values) const override {
    const auto least = static_cast<float>(p.min_value), most = static_cast<float>(p.max_value);
    const auto rate = static_cast<float>(p.rate);
    scale_norms(shape, p.axis, values,
                [&](float norm) { return rate * std::clamp(norm, least, most) + (1 - rate) * norm; });
  }
};

struct UnitNorm {
  NormAxes axis;

  static constexpr std::string_view class_name = "UnitNorm";
  static constexpr std::string_view doc = "Norms over axis of 1.";
  static constexpr auto fields() {
    return std::tuple{field("axis", &UnitNorm::axis, "dimensions that a norm is over")};
  }
};

class UnitNormConstraint : public ParameterNamed<Constraint, UnitNorm> {
 public:
  using ParameterNamed::ParameterNamed;
  void apply(const Shape& shape, std::span<float> values) const override {
    scale_norms(shape, p.axis, values, [](float) { return 1.0f; });
  }
};

}  // namespace

const std::vector<NamedType<Constraint>>& named_types(const Constraint*) {
  static const std::vector<NamedType<Constraint>> types{
      named_type<Constraint, NonNeg, NonNegConstraint>({"non_neg", "nonneg"}),
      named_type<Constraint, MaxNorm, MaxNormConstraint>(),
      named_type<Constraint, MinMaxNorm, MinMaxNormConstraint>(),
      named_type<Constraint, UnitNorm, UnitNormConstraint>(),
  };
  return types;
}

}  // namespace sluice
